import type { DirectoryEntry } from '../store/event-table.ts';

const separator = '\u001f';

/** An opaque place in the list of characters: at this one. */
export function directoryCursor({ characterId, listedAt }: DirectoryEntry): string {
  return Buffer.from(`${listedAt}${separator}${characterId}`).toString('base64url');
}

/** The place that a cursor stands at; `undefined` if this server did not make it for the list of characters. */
export function directoryEntry(cursor: string): DirectoryEntry | undefined {
  const [listedAt = '', characterId = ''] = Buffer.from(cursor, 'base64url').toString().split(separator);
  const entry = { characterId, listedAt };
  const isEntry = characterId !== '' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(listedAt);
  return isEntry && directoryCursor(entry) === cursor ? entry : undefined;
}
