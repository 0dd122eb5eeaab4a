/** The longest note, in Unicode code points, as the server counts. */
export const longestNote = 2_000;

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
