import { signal } from '@preact/signals';

const times = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const daysAndTimes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** The day that it is, which may end while the page is open: what shows words of it then shows them anew. */
const today = signal(new Date().toDateString());

/** Looks now and then which day it is, for as long as the page is open. */
export function startDays(): void {
  setInterval(() => {
    today.value = new Date().toDateString();
  }, 30_000);
}

/** A moment in words: of today the time alone. */
export function timeWords(at: string): string {
  const date = new Date(at);
  return date.toDateString() === today.value ? `today ${times.format(date)}` : daysAndTimes.format(date);
}
