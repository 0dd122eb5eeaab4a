import type { Signal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import { changeDrafts, type Drafts } from '../drafts.ts';
import { type AmountButton, type AmountEntry, entryOf, readAmount } from '../hit-points.ts';
import type { Page } from '../page.ts';
import type { Appended } from '../pending-change.ts';
import { settleMs } from '../steady.ts';
import type { Standing } from './history.ts';

type Change = Appended['change'];

/** What is typed to change a character, which outlives the view, and what is wrong with it. */
export function useEntry(props: {
  readonly page: Page;
  readonly standing: Standing;
  readonly onChange: (change: Change) => void;
}) {
  const { page, standing, onChange } = props;
  const { id } = standing;
  const { amount: amountDraft, note: noteDraft } = changeDrafts(page.drafts, id);
  const amounts = lastAmounts(page.drafts);
  const [advice, setAdvice] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const sentAt = useRef(Number.NEGATIVE_INFINITY);
  const send = (button: AmountButton): void => {
    const typed = amountDraft.peek();
    // The second click of two: the first one has sent it.
    if (typed === '' && performance.now() - sentAt.current < settleMs) return;
    const note = noteDraft.peek().trim();
    const entry = entryOf(typed, button, standing);
    const problem = entry.type === 'unclear' ? entry.advice : problemOf(page, standing, typed, note);
    setAdvice(problem);
    if (entry.type === 'unclear' || problem !== '') {
      field.current?.focus();
      return;
    }
    amountDraft.value = '';
    noteDraft.value = '';
    amounts.value = withAmount(amounts.peek(), typed);
    sentAt.current = performance.now();
    onChange(changeOf(entry, note));
  };
  const sendOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    send('enter');
  };
  return { amountDraft, noteDraft, amounts, advice, setAdvice, field, send, sendOnEnter };
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
function problemOf(page: Page, { id, version }: Standing, typed: string, note: string): string {
  if (noteLengthWords(note).tooLong) return 'The note is too long. Make it shorter, or cut it in two.';
  const isTotal = readAmount(typed).type === 'total';
  const waits = page.outbox.isWaitingFor(id, version);
  return isTotal && waits
    ? 'Wait until your other change is saved and shown: a total counts from there.'
    : '';
}

/** The amounts to begin with, before any was used. */
const first: readonly string[] = ['1', '5', '10'];
const mostAmounts = 4;

/** The amounts that were used last in this tab, for any character, the newest first. */
function lastAmounts(drafts: Drafts): Signal<readonly string[]> {
  return drafts.draft('last amounts', first, (kept) =>
    Array.isArray(kept) && kept.every((each) => typeof each === 'string')
      ? kept.slice(0, mostAmounts)
      : undefined,
  );
}

/** The amounts with the one that was typed in front. A total, or 0, is none to repeat. */
export function withAmount(amounts: readonly string[], typed: string): readonly string[] {
  const amount = readAmount(typed);
  if (amount.type !== 'amount' || amount.size === 0) return amounts;
  const size = String(amount.size);
  return [size, ...amounts.filter((each) => each !== size)].slice(0, mostAmounts);
}

/** The longest note, in Unicode code points, as the server counts. */
const longestNote = 2_000;

/** So many characters before the end the form begins to count. */
const near = 200;

/** What is said about the length of a note: nothing while there is room. */
export function noteLengthWords(note: string): { readonly words: string; readonly tooLong: boolean } {
  const length = codePoints(note.trim());
  const tooLong = length > longestNote;
  return { words: length > longestNote - near ? `${length} of ${longestNote}` : '', tooLong };
}

function codePoints(text: string): number {
  return Array.from(text).length;
}
