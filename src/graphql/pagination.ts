import { type InputIssue, isStorableId, limits } from '../character/event.ts';
import type { CharacterPageRequest } from '../store/directory.ts';
import type { DirectoryEntry } from '../store/event-table.ts';
import type { PageRequest } from '../store/history.ts';

/** Between the parts of an id or a cursor. A character's id holds no control characters, so never this one. */
const separator = '\u001f';

type EventKey = { readonly characterId: string; readonly version: number };

/**
 * The global id of an event, as in the Global Object Identification specification: opaque, and no other event
 * and no object of another type has it. It starts with a control character, so no character's id equals it.
 *
 * @see https://graphql.org/learn/global-object-identification/
 */
export function eventId(event: EventKey): string {
  return separator + eventCursor(event);
}

/** An opaque cursor in the history of one character: at this event. */
export function eventCursor({ characterId, version }: EventKey): string {
  return Buffer.from(`${version}${separator}${characterId}`).toString('base64url');
}

/** The version at a cursor; `undefined` if `eventCursor` did not make it for this character. */
export function versionAtCursor(cursor: string, characterId: string): number | undefined {
  const [digits = ''] = Buffer.from(cursor, 'base64url').toString().split(separator, 1);
  const version = Number(digits);
  const isVersion = Number.isInteger(version) && version >= 0 && version <= limits.int32Max;
  return isVersion && eventCursor({ characterId, version }) === cursor ? version : undefined;
}

/** An opaque cursor in the directory of characters: at this one. */
export function directoryCursor({ characterId, listedAt }: DirectoryEntry): string {
  return Buffer.from(`${listedAt}${separator}${characterId}`).toString('base64url');
}

/** The directory entry at a cursor; `undefined` if `directoryCursor` did not make it. */
function entryAtCursor(cursor: string): DirectoryEntry | undefined {
  const [listedAt = '', characterId = ''] = Buffer.from(cursor, 'base64url').toString().split(separator);
  const entry = { characterId, listedAt };
  const isEntry = isStorableId(characterId) && /^\d{4}-\d\d-\d\dT[\d:.]{1,15}Z$/.test(listedAt);
  return isEntry && directoryCursor(entry) === cursor ? entry : undefined;
}

/**
 * The arguments of a list of events. `null` is the same as left out.
 *
 * @see https://relay.dev/graphql/connections.htm
 */
export type EventPageArguments = {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
};

/** The arguments of the list of characters. `null` is the same as left out. */
export type CharacterPageArguments = Pick<EventPageArguments, 'first' | 'after'> & {
  readonly archived: boolean;
};

/**
 * How long a page is: where an operation asks for one without a size, where it does so for each item of a list, and
 * at most.
 */
export const pageSizes = {
  events: { alone: 100, inList: 10, most: 1_000 },
  characters: { alone: 20, inList: 20, most: 100 },
} as const;

/** Every problem of the arguments: sizes from 1 to 1,000, one direction, cursors of this character. Empty: none. */
export function eventPageIssues(characterId: string, args: EventPageArguments): readonly InputIssue[] {
  return [
    ...sizeIssues('first', args.first, pageSizes.events.most),
    ...sizeIssues('last', args.last, pageSizes.events.most),
    ...directionIssues(args),
    ...cursorIssues(characterId, 'after', args.after),
    ...cursorIssues(characterId, 'before', args.before),
  ];
}

/** The page that arguments without issues ask for. Default: the oldest events, as many as given. */
export function eventPageRequest(
  characterId: string,
  { first, after, last, before }: EventPageArguments,
  defaultSize: number = pageSizes.events.alone,
): PageRequest {
  const between = {
    after: after == null ? undefined : versionAtCursor(after, characterId),
    before: before == null ? undefined : versionAtCursor(before, characterId),
  };
  return last == null ? { ...between, first: first ?? defaultSize } : { ...between, last };
}

/** Every problem of the arguments: a size from 1 to 100, a cursor of the directory. Empty: none. */
export function characterPageIssues({
  first,
  after,
}: Omit<CharacterPageArguments, 'archived'>): readonly InputIssue[] {
  const message = `Expected a cursor of the list of characters, got ${JSON.stringify(after)}.`;
  return [
    ...sizeIssues('first', first, pageSizes.characters.most),
    ...(after == null || entryAtCursor(after) !== undefined ? [] : [{ path: ['after'], message }]),
  ];
}

/** The page that arguments without issues ask for. Default: the 20 newest characters. */
export function characterPageRequest({
  first,
  after,
  archived,
}: CharacterPageArguments): CharacterPageRequest {
  return {
    archived,
    first: first ?? pageSizes.characters.alone,
    after: after == null ? undefined : entryAtCursor(after),
  };
}

function sizeIssues(name: string, size: number | null | undefined, max: number): readonly InputIssue[] {
  if (size == null || (size >= 1 && size <= max)) return [];
  return [{ path: [name], message: `Expected a number from 1 to ${max}, got ${size}.` }];
}

function directionIssues({ first, last }: EventPageArguments): readonly InputIssue[] {
  if (first == null || last == null) return [];
  return [{ path: ['last'], message: 'Expected either first or last, got both.' }];
}

function cursorIssues(
  characterId: string,
  name: string,
  cursor: string | null | undefined,
): readonly InputIssue[] {
  if (cursor == null || versionAtCursor(cursor, characterId) !== undefined) return [];
  return [
    { path: [name], message: `Expected a cursor of this character's events, got ${JSON.stringify(cursor)}.` },
  ];
}
