import { useState } from 'preact/hooks';
import { type FollowedCharacter, type Line, undoneBy } from './history.ts';
import { signed, total } from './signed-number.ts';

/** The loaded history, newest first, with an undo for every line. */
export function HistoryList(props: {
  readonly character: FollowedCharacter;
  readonly onUndo: (version: number) => void;
  readonly loadOlder: () => Promise<boolean>;
}) {
  const { character, onUndo, loadOlder } = props;
  const [advice, setAdvice] = useState('');
  const undone = undoneBy(character.lines);
  const older = async (): Promise<void> => {
    setAdvice('');
    if (!(await loadOlder())) setAdvice('The older events could not be loaded. Try again.');
  };
  return (
    <section class="panel history" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <ol class="lines" aria-labelledby="history-title">
        {character.lines.toReversed().map((line) => (
          <HistoryLine key={line.version} line={line} undoneBy={undone.get(line.version)} onUndo={onUndo} />
        ))}
      </ol>
      <p class="advice" role="alert">
        {advice}
      </p>
      {character.hasOlder && (
        <button type="button" class="older" onClick={() => void older()}>
          Show older events
        </button>
      )}
    </section>
  );
}

function HistoryLine(props: {
  readonly line: Line;
  readonly undoneBy: number | undefined;
  readonly onUndo: (version: number) => void;
}) {
  const { line, undoneBy: undoing, onUndo } = props;
  const { version, characterHitPoints: change, note, reverts, state } = line;
  return (
    <li class={undoing === undefined ? 'line' : 'line undone'} tabIndex={-1}>
      <span class="line-version">
        <span class="unseen">Version </span>
        {version}
      </span>
      <span class={`line-change ${colourOf(change)}`}>{signed(change)}</span>
      <span class="line-total">
        {state !== null && (
          <>
            <span aria-hidden="true">→ </span>
            <span class="unseen">to </span>
            {total(state.hitPoints)}
          </>
        )}
      </span>
      <div class="line-words">
        {note !== '' && <p class="line-note">{note}</p>}
        {reverts !== null && <p class="mark">Takes back version {reverts}</p>}
        {undoing !== undefined && <p class="mark">Undone by version {undoing}</p>}
        <RecordedAt at={line.recordedAt} />
      </div>
      {undoing === undefined && (
        <button
          type="button"
          class="quiet undo"
          aria-label={`Undo version ${version}, ${signed(change)}`}
          onClick={(event) => {
            // The button is gone once it is undone; the line keeps the place.
            event.currentTarget.closest('li')?.focus();
            onUndo(version);
          }}
        >
          Undo
        </button>
      )}
    </li>
  );
}

function colourOf(change: number): string {
  if (change === 0) return '';
  return change < 0 ? 'loss' : 'gain';
}

const times = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function RecordedAt({ at }: { readonly at: string | null }) {
  if (at === null) return <span class="line-time">time not recorded</span>;
  return (
    <time class="line-time" dateTime={at}>
      {times.format(new Date(at))}
    </time>
  );
}
