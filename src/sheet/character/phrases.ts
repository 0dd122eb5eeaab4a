import { total } from '../hit-points.ts';

/** Anything but separators, controls, marks without a letter, and letters that are drawn as blanks. */
const visible = /[^\p{Z}\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/** What a character is called on the page: its name, or its id where the name has nothing to see. */
export function shownName({ id, name }: { readonly id: string; readonly name: string }): string {
  return visible.test(name) ? name : id;
}

/** A total in words: `1 hit point`, `−3 hit points`. */
export function hitPointWords(hitPoints: number): string {
  return `${total(hitPoints)} ${Math.abs(hitPoints) === 1 ? 'hit point' : 'hit points'}`;
}

const times = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const daysAndTimes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** When an event was stored, in words: of today the time alone. */
export function timeWords(at: string): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? `today ${times.format(date)}` : daysAndTimes.format(date);
}

const mostLetters = 80;

/** The beginning of a text that may be long, for where a few words say enough. */
export function shortened(text: string): string {
  const letters = Array.from(text);
  return letters.length <= mostLetters ? text : `${letters.slice(0, mostLetters - 1).join('')}…`;
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
