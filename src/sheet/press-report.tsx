import { useRef } from 'preact/hooks';
import type { Entry, Outbox, Progress } from './outbox.ts';
import type { Press } from './press.ts';
import { signed } from './signed-number.ts';

/** Says in words what became of the presses, and offers what can be done about those that were not saved. */
export function PressReport(props: {
  readonly label: string;
  readonly entries: readonly Entry[];
  readonly outbox: Outbox;
  readonly onEdit: (press: Press) => void;
}) {
  const { entries, outbox, onEdit } = props;
  const open = entries.filter(({ progress }) => progress.type === 'failed' || progress.type === 'refused');
  // The buttons go when they were pressed; the report keeps the place.
  const report = useRef<HTMLDivElement>(null);
  const leave = (): void => report.current?.focus();
  return (
    <div class="report" ref={report} tabIndex={-1}>
      <div role="status" aria-label={props.label}>
        {entries.map(({ press, progress }) => (
          <p key={press.key} class={`press ${progress.type}`}>
            {wordsFor(press, progress, entries.length > 1)}
          </p>
        ))}
      </div>
      {open.map(({ press, progress }) => (
        <p key={press.key} class="report-actions">
          {progress.type === 'failed' && (
            <button
              type="button"
              onClick={() => {
                leave();
                outbox.sendAgain();
              }}
            >
              Try again
            </button>
          )}
          {progress.type === 'refused' && press.what.type !== 'undo' && (
            <button
              type="button"
              onClick={() => {
                leave();
                outbox.forget(press.key);
                onEdit(press);
              }}
            >
              Edit
            </button>
          )}
          <button
            type="button"
            class="quiet"
            onClick={() => {
              leave();
              outbox.forget(press.key);
            }}
          >
            Forget it
          </button>
        </p>
      ))}
    </div>
  );
}

function wordsFor(press: Press, progress: Progress, named: boolean): string {
  const name = named ? `${nameOf(press)}: ` : '';
  switch (progress.type) {
    case 'saving':
      return `${name}Saving…`;
    case 'saved':
      return `${name}${savedWords(press, progress)}`;
    case 'refused':
    case 'failed':
      return `${name}Not saved: ${progress.advice}`;
  }
}

function savedWords(press: Press, saved: Extract<Progress, { readonly type: 'saved' }>): string {
  const { version, others } = saved;
  if (press.what.type === 'creation') return `Created ${saved.name}.`;
  if (saved.undoneBefore) return `It was undone already, by version ${version}.`;
  if (others === 0) return `Saved as version ${version}.`;
  return `Saved as version ${version}, after ${others} ${others === 1 ? 'change' : 'changes'} by others.`;
}

function nameOf({ what }: Press): string {
  switch (what.type) {
    case 'change':
      return signed(what.characterHitPoints);
    case 'undo':
      return `Undo of version ${what.version}`;
    case 'creation':
      return what.name;
  }
}
