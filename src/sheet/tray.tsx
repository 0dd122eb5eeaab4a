import { useRef, useState } from 'preact/hooks';
import { changeDrafts } from './drafts.ts';
import { signed } from './hit-points.ts';
import { characterAddress, currentView, goTo } from './navigation.tsx';
import type { Entry, Progress } from './outbox-entry.ts';
import type { Page } from './page.ts';
import { type Command, commandWords, type PendingChange, shortened } from './pending-change.ts';
import { useSteady } from './steady.ts';
import { Verbatim, Words } from './words.tsx';

/** So many lines leave the view free. */
const fewLines = 3;

/**
 * What became of the presses of this page, in words, and what can be done about them. It lies over the bottom of every
 * view, so that nothing moves when it changes. What a person has to decide stands nearest to the thumb.
 */
export function Tray({ page }: { readonly page: Page }) {
  const [showsAll, setShowsAll] = useState(false);
  const entries = page.outbox.entries.value
    .slice()
    .sort((one, other) => Number(isOpenQuestion(one)) - Number(isOpenQuestion(other)));
  const hidden = showsAll ? 0 : Math.max(0, entries.length - fewLines);
  // The buttons go when they were pressed; the tray keeps the place.
  const tray = useRef<HTMLElement>(null);
  const leave = (): void => tray.current?.focus({ preventScroll: true });
  const steady = useSteady(entries.map(({ change, progress }) => `${change.key} ${progress.type}`).join());
  return (
    <section class="tray" ref={tray} tabIndex={-1} aria-label="Your changes" onClickCapture={steady}>
      <div>
        {hidden > 0 && (
          <button type="button" key={hidden} class="tray-more" onClick={() => setShowsAll(true)}>
            Show {hidden} more
          </button>
        )}
        <div role="status" aria-label="Your changes" class="tray-lines">
          {entries.slice(hidden).map((entry) => (
            <div key={entry.change.key} class={`tray-line ${entry.progress.type}`}>
              <p>
                <TrayWords {...entry} />
              </p>
              <TrayButtons entry={entry} page={page} leave={leave} />
            </div>
          ))}
        </div>
        {showsAll && entries.length > fewLines && (
          <button type="button" class="tray-more" onClick={() => setShowsAll(false)}>
            Show fewer
          </button>
        )}
      </div>
    </section>
  );
}

function isOpenQuestion({ progress }: Entry): boolean {
  return ['asked', 'refused', 'cancelled'].includes(progress.type);
}

function TrayWords({ change: { command }, progress }: Entry) {
  const state = stateWords(command, progress);
  const words = commandWords(command);
  if (progress.type === 'saved' && command.type === 'undo') {
    return progress.undoneBefore ? (
      <Words key="undone before">It was undone already.</Words>
    ) : (
      <span key="undone">
        <Words>Undone: </Words>
        <Verbatim>{command.events.map(({ name, did }) => `${name} ${shortened(did)}`).join('; ')}</Verbatim>
      </span>
    );
  }
  return (
    <span>
      <Verbatim>{words}</Verbatim>
      <Words>{state}</Words>
    </span>
  );
}

function stateWords(command: Command, progress: Progress): string {
  const state = progressWords(progress);
  const isList = commandWords(command).includes(': ');
  return isList ? `. ${state.charAt(0).toUpperCase()}${state.slice(1)}` : `: ${state}`;
}

function progressWords(progress: Progress): string {
  switch (progress.type) {
    case 'waiting':
      return progress.advice === '' ? 'waiting to be sent' : `waiting to be sent. ${progress.advice}`;
    case 'sending':
      return 'being sent';
    case 'asked':
      return `${notSavedWords(progress.attempted)}. It has waited for long. Send it now?`;
    case 'refused':
      return `${notSavedWords(progress.mayBeStored)}: ${progress.advice}`;
    case 'cancelled':
      return 'cancelled, but it was sent before and may be saved. Look at the hit points.';
    case 'saved': {
      const { others } = progress;
      return others === 0
        ? 'saved'
        : `saved, after ${others} ${others === 1 ? 'change' : 'changes'} by others`;
    }
  }
}

function notSavedWords(mayBeStored = false): string {
  return mayBeStored ? 'not saved, as far as this page knows' : 'not saved';
}

function TrayButtons(props: { readonly entry: Entry; readonly page: Page; readonly leave: () => void }) {
  const { change, progress } = props.entry;
  const { outbox } = props.page;
  const then = (act: () => void) => () => {
    props.leave();
    act();
  };
  switch (progress.type) {
    case 'sending':
      return null;
    case 'waiting':
      return (
        <div class="tray-buttons">
          <TrayButton words="Cancel" onClick={then(() => outbox.cancel(change.key))} />
        </div>
      );
    case 'asked':
      return (
        <div class="tray-buttons">
          <TrayButton words="Send" onClick={then(() => outbox.confirm(change.key))} />
          <TrayButton words="Forget it" onClick={then(() => outbox.forget(change.key))} />
        </div>
      );
    case 'cancelled':
      return (
        <div class="tray-buttons">
          <TrayButton words="Forget it" onClick={then(() => outbox.forget(change.key))} />
        </div>
      );
    case 'refused':
      return (
        <RefusedButtons change={change} page={props.page} forget={then(() => outbox.forget(change.key))} />
      );
    case 'saved': {
      const { undo } = progress;
      if (undo === undefined || progress.undoneBefore) return null;
      const words = change.command.type === 'undo' ? 'Take back' : 'Undo';
      return (
        <div class="tray-buttons">
          <TrayButton
            words={words}
            onClick={then(() => {
              outbox.forget(change.key);
              outbox.press(undo);
            })}
          />
        </div>
      );
    }
  }
}

/** What was refused can be put back into the form that it came from, where that is empty. */
function RefusedButtons(props: {
  readonly change: PendingChange;
  readonly page: Page;
  readonly forget: () => void;
}) {
  const { change, page, forget } = props;
  const [advice, setAdvice] = useState('');
  const typed = typedOf(change.command);
  const edit = ({ id, name, amount, note }: Typed): void => {
    const form = changeDrafts(page.drafts, id);
    if (form.amount.peek() !== '' || form.note.peek() !== '') {
      setAdvice(`Something else is typed for ${name}. Send or clear that first.`);
      return;
    }
    form.amount.value = amount;
    form.note.value = note;
    forget();
    const view = currentView.peek();
    if (view.type !== 'character' || view.id !== id) goTo(characterAddress(id));
    else document.getElementById('amount')?.focus();
  };
  return (
    <>
      <div class="tray-buttons">
        {typed !== undefined && <TrayButton words="Edit" onClick={() => edit(typed)} />}
        <TrayButton words="Forget it" onClick={forget} />
      </div>
      {advice !== '' && (
        <p key={advice} class="tray-advice">
          {advice}
        </p>
      )}
    </>
  );
}

/** What was typed in the form of a character. */
type Typed = { readonly id: string; readonly name: string; readonly amount: string; readonly note: string };

/** What has to be typed to press a command again; undefined where the form of a character cannot say it. */
function typedOf(command: Command): Typed | undefined {
  if (command.type !== 'append') return undefined;
  const [{ characterId: id, name, change }, ...others] = command.events;
  const { characterHitPoints, note = '', ...rest } = change;
  if (characterHitPoints === undefined || others.length + Object.keys(rest).length > 0) return undefined;
  return { id, name, amount: signed(characterHitPoints), note };
}

function TrayButton(props: { readonly words: string; readonly onClick: () => void }) {
  return (
    <button type="button" key={props.words} onClick={props.onClick}>
      {props.words}
    </button>
  );
}
