const times = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const daysAndTimes = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** When an event was stored, in words: of today the time alone. */
export function timeWords(at: string): string {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? `today ${times.format(date)}` : daysAndTimes.format(date);
}
