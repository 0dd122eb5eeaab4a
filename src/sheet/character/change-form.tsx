import type { Ref } from 'preact';
import { type AmountButton, hitPointWords } from '../hit-points.ts';
import type { Page } from '../page.ts';
import { type Appended, noteOf, shortened } from '../pending-change.ts';
import { Figure, Verbatim, Words } from '../words.tsx';
import { noteLengthWords, useEntry } from './change-entry.ts';
import type { OpenCharacter } from './character-store.ts';
import { deedsOf, type Line, lineOf, type Standing, wordsOf } from './history.ts';
import { Deeds } from './history-list.tsx';
import { mayBeOurs, type News, newsOf } from './news.ts';

/**
 * The form that takes and gives hit points. What is typed stays until it is sent. Everything in it has its place, also
 * while it is empty, so that nothing moves when others do something.
 */
export function ChangeForm(props: {
  readonly page: Page;
  readonly character: OpenCharacter;
  readonly standing: Standing;
  readonly onChange: (change: Appended['change']) => void;
}) {
  const { page, character } = props;
  const { amountDraft, noteDraft, amounts, advice, setAdvice, field, send, sendOnEnter } = useEntry(props);
  return (
    <form
      class="change"
      aria-label="Change hit points"
      noValidate
      autocomplete="off"
      onSubmit={(event) => event.preventDefault()}
    >
      <AmountRow
        field={field}
        typed={amountDraft.value}
        isUnclear={advice !== ''}
        onInput={(typed) => {
          amountDraft.value = typed;
        }}
        onKeyDown={sendOnEnter}
        send={send}
      />
      <QuickRow
        amounts={amounts.value}
        onAmount={(typed, byKeyboard) => {
          amountDraft.value = typed;
          setAdvice('');
          // A finger needs no keyboard for it.
          if (byKeyboard) field.current?.focus();
        }}
        send={send}
      />
      <NoteField
        note={noteDraft.value}
        onInput={(note) => (noteDraft.value = note)}
        onKeyDown={sendOnEnter}
      />
      <div class="change-words">
        <p class="hint" id="amount-hint">
          Enter means Damage; +5 heals, =20 sets the total.
        </p>
        <p class="advice" role="alert" id="amount-advice">
          <Words>{advice}</Words>
        </p>
        <NewsOfOthers
          page={page}
          character={character}
          typed={amountDraft.value !== '' || noteDraft.value !== ''}
        />
      </div>
    </form>
  );
}

function AmountRow(props: {
  readonly field: Ref<HTMLInputElement>;
  readonly typed: string;
  readonly isUnclear: boolean;
  readonly onInput: (typed: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly send: (button: AmountButton) => void;
}) {
  const { field, typed, isUnclear, onInput, onKeyDown, send } = props;
  return (
    <div class="change-amount">
      <label for="amount">Hit points</label>
      <input
        ref={field}
        id="amount"
        type="text"
        inputMode="numeric"
        enterkeyhint="send"
        autocapitalize="off"
        value={typed}
        aria-describedby="amount-hint amount-advice"
        aria-invalid={isUnclear}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="button" class="damage" onClick={() => send('damage')}>
        Damage
      </button>
      <button type="button" class="heal" onClick={() => send('heal')}>
        Heal
      </button>
    </div>
  );
}

/** The amounts that were used last, which a press fills in and does not send; and what is pressed more rarely. */
function QuickRow(props: {
  readonly amounts: readonly string[];
  readonly onAmount: (amount: string, byKeyboard: boolean) => void;
  readonly send: (button: AmountButton) => void;
}) {
  const { amounts, onAmount, send } = props;
  return (
    <div class="change-quick">
      <fieldset class="last-amounts" aria-label="Amounts used last">
        {amounts.map((size, place) => (
          <button key={place} type="button" onClick={(event) => onAmount(size, event.detail === 0)}>
            <Figure>{size}</Figure>
          </button>
        ))}
      </fieldset>
      <button type="button" class="temporary-button" onClick={() => send('temporary')}>
        Temporary
      </button>
    </div>
  );
}

function NoteField(props: {
  readonly note: string;
  readonly onInput: (note: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}) {
  const { words, tooLong } = noteLengthWords(props.note);
  return (
    <div class="change-note">
      <label for="note">Note</label>
      <input
        id="note"
        type="text"
        dir="auto"
        enterkeyhint="send"
        value={props.note}
        aria-describedby="note-length"
        aria-invalid={tooLong}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={props.onKeyDown}
      />
      <span id="note-length" role="status" class={tooLong ? 'note-length advice' : 'note-length'}>
        <Words>{words}</Words>
      </span>
    </div>
  );
}

/** Says in words what others changed, without taking the focus. `typed`: something is typed that is not sent yet. */
function NewsOfOthers(props: {
  readonly page: Page;
  readonly character: OpenCharacter;
  readonly typed: boolean;
}) {
  const { page, character, typed } = props;
  const { id } = character;
  const news = newsOf(character.arrivals.value, mayBeOurs(page.outbox, id), (version) =>
    page.outbox.isOurs(id, version),
  );
  return (
    <div class="news" role="status" aria-label="Changes by others">
      {news !== undefined && (
        <p key={`${news.last?.version} ${news.count}`}>
          <NewsWords {...news} lines={linesOf(character)} />
          {typed && <Words> What you typed is kept.</Words>}
        </p>
      )}
    </div>
  );
}

function linesOf({ shown }: OpenCharacter): readonly Line[] {
  const now = shown.value;
  return now.type === 'loaded' ? now.character.lines : [];
}

function NewsWords({ last, count, lines }: News & { readonly lines: readonly Line[] }) {
  if (last === undefined) return <Words>{`${count} changes by others.`}</Words>;
  const who = last.actor ?? 'Someone else';
  const note = noteOf(last);
  return (
    <>
      {count > 1 && <Words>{`${count} changes by others, the last: `}</Words>}
      {last.actor === null ? <Words>{who}</Words> : <Verbatim>{who}</Verbatim>}
      <span>: </span>
      {last.reverts === null ? (
        <Deeds deeds={deedsOf(last, lineOf(lines, last.version - 1))} />
      ) : (
        <TookBack line={lineOf(lines, last.reverts)} lines={lines} />
      )}
      {note !== '' && (
        <span>
          <span>, </span>
          <Verbatim>{shortened(note)}</Verbatim>
        </span>
      )}
      {last.state !== null && <Words>{` → ${hitPointWords(last.state.hitPoints)}.`}</Words>}
    </>
  );
}

function TookBack({ line, lines }: { readonly line: Line | undefined; readonly lines: readonly Line[] }) {
  if (line === undefined) return <Words>took back an earlier event</Words>;
  return (
    <span key={line.version}>
      <span>took back </span>
      <Verbatim>{shortened(wordsOf(line, lines))}</Verbatim>
    </span>
  );
}
