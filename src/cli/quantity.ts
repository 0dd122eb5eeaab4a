/** A number of things in words: `1 event`, `2 events`, `0 events`. `noun` takes an `s` for more than one. */
export function quantity(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
