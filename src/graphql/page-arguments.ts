import type { InputIssue } from '../character/event.ts';
import type { CharacterPageRequest } from '../store/directory.ts';
import type { PageRequest } from '../store/history.ts';
import { directoryEntry } from './directory-cursor.ts';
import { cursorVersion } from './event-identity.ts';

/** The arguments of a list of events, as in the GraphQL Cursor Connections specification. */
export type EventPageArguments = {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
};

/** The arguments of the list of characters. */
export type CharacterPageArguments = Pick<EventPageArguments, 'first' | 'after'>;

const defaultEvents = 100;
const maxEvents = 1_000;
const defaultCharacters = 20;
const maxCharacters = 100;

/** Every problem of the arguments; empty if `eventPageRequest` takes them. */
export function eventPageIssues(characterId: string, args: EventPageArguments): readonly InputIssue[] {
  return [
    ...sizeIssues('first', args.first, maxEvents),
    ...sizeIssues('last', args.last, maxEvents),
    ...directionIssues(args),
    ...cursorIssues(characterId, 'after', args.after),
    ...cursorIssues(characterId, 'before', args.before),
  ];
}

/** The page that the arguments ask for: oldest 100 events if they say nothing. `null` is the same as left out. */
export function eventPageRequest(
  characterId: string,
  { first, after, last, before }: EventPageArguments,
): PageRequest {
  const between = {
    after: after == null ? undefined : cursorVersion(after, characterId),
    before: before == null ? undefined : cursorVersion(before, characterId),
  };
  return last == null ? { ...between, first: first ?? defaultEvents } : { ...between, last };
}

/** Every problem of the arguments; empty if `characterPageRequest` takes them. */
export function characterPageIssues({ first, after }: CharacterPageArguments): readonly InputIssue[] {
  const message = `Expected a cursor of the list of characters, got ${JSON.stringify(after)}.`;
  return [
    ...sizeIssues('first', first, maxCharacters),
    ...(after == null || directoryEntry(after) !== undefined ? [] : [{ path: ['after'], message }]),
  ];
}

/** The page that the arguments ask for: the newest 20 characters if they say nothing. */
export function characterPageRequest({ first, after }: CharacterPageArguments): CharacterPageRequest {
  return { first: first ?? defaultCharacters, after: after == null ? undefined : directoryEntry(after) };
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
  if (cursor == null || cursorVersion(cursor, characterId) !== undefined) return [];
  return [
    { path: [name], message: `Expected a cursor of this character's events, got ${JSON.stringify(cursor)}.` },
  ];
}
