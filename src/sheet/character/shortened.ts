const longest = 80;

/** The beginning of a text that may be long, for where a few words say enough. */
export function shortened(text: string): string {
  const letters = Array.from(text);
  return letters.length <= longest ? text : `${letters.slice(0, longest - 1).join('')}…`;
}
