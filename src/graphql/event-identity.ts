import { limits } from '../character/event.ts';

type EventKey = { readonly characterId: string; readonly version: number };

// Ids of characters hold no control characters, so nothing that starts with one is a character's id.
const separator = '\u001f';

/** An opaque name of an event that no other event, and no object of another type, has. */
export function eventId(event: EventKey): string {
  return separator + eventCursor(event);
}

/** An opaque place in one character's history: at this event. */
export function eventCursor({ characterId, version }: EventKey): string {
  return Buffer.from(`${version}${separator}${characterId}`).toString('base64url');
}

/** The version that a cursor stands at; `undefined` if this server did not make it for this character. */
export function cursorVersion(cursor: string, characterId: string): number | undefined {
  const [digits = ''] = Buffer.from(cursor, 'base64url').toString().split(separator, 1);
  const version = Number(digits);
  const isVersion = Number.isInteger(version) && version >= 0 && version <= limits.int32Max;
  return isVersion && eventCursor({ characterId, version }) === cursor ? version : undefined;
}
