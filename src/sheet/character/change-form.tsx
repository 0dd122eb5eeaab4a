import type { Ref } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { readText } from '../drafts.ts';
import { type AmountButton, type AmountEntry, entryOf, readAmount } from '../hit-points.ts';
import type { Page } from '../page.ts';
import { type Appended, charactersOf } from '../pending-change.ts';
import { Figure, Words } from '../words.tsx';
import type { Standing } from './history.ts';
import { lastAmounts, withAmount } from './last-amounts.ts';
import { NewsOfOthers } from './news-of-others.tsx';
import type { OpenCharacter } from './open-character.ts';
import { noteLengthWords } from './phrases.ts';

type Change = Appended['change'];

/**
 * The form that takes and gives hit points. What is typed stays until it is sent. Everything in it has its place, also
 * while it is empty, so that nothing moves when others do something.
 */
export function ChangeForm(props: {
  readonly page: Page;
  readonly character: OpenCharacter;
  readonly standing: Standing;
  readonly onChange: (change: Change) => void;
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

/** What is typed, which outlives the view, and what is wrong with it. */
function useEntry(props: {
  readonly page: Page;
  readonly standing: Standing;
  readonly onChange: (change: Change) => void;
}) {
  const { page, standing, onChange } = props;
  const { id } = standing;
  const amountDraft = page.drafts.draft(`amount ${id}`, '', readText);
  const noteDraft = page.drafts.draft(`note ${id}`, '', readText);
  const amounts = lastAmounts(page.drafts);
  const [advice, setAdvice] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const send = (button: AmountButton): void => {
    const typed = amountDraft.peek();
    const note = noteDraft.peek().trim();
    const entry = entryOf(typed, button, standing);
    const problem = entry.type === 'unclear' ? entry.advice : problemOf(page, id, typed, note);
    setAdvice(problem);
    if (entry.type === 'unclear' || problem !== '') {
      field.current?.focus();
      return;
    }
    amountDraft.value = '';
    noteDraft.value = '';
    amounts.value = withAmount(amounts.peek(), typed);
    onChange(changeOf(entry, note));
  };
  const sendOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    send('enter');
  };
  return { amountDraft, noteDraft, amounts, advice, setAdvice, field, send, sendOnEnter };
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

function changeOf(
  { characterHitPoints, temporaryHitPoints }: Extract<AmountEntry, { readonly type: 'change' }>,
  note: string,
): Change {
  return {
    ...(characterHitPoints === 0 && temporaryHitPoints !== undefined ? {} : { characterHitPoints }),
    ...(temporaryHitPoints === undefined ? {} : { temporaryHitPoints }),
    ...(note === '' ? {} : { note }),
  };
}

/** What else speaks against an entry; empty if nothing does. */
function problemOf(page: Page, id: string, typed: string, note: string): string {
  if (noteLengthWords(note).tooLong) return 'The note is too long. Make it shorter, or cut it in two.';
  const isTotal = readAmount(typed).type === 'total';
  const waits = page.outbox.entries
    .peek()
    .some(
      ({ change, progress }) =>
        progress.type !== 'saved' && progress.type !== 'refused' && charactersOf(change.command).includes(id),
    );
  return isTotal && waits ? 'Wait until your other change is saved: a total counts from there.' : '';
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
