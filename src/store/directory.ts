import type { CharacterState } from '../character/character.ts';
import type { DirectoryEntry, DirectoryRange, EventTable } from './event-table.ts';
import type { HeadCache } from './head-cache.ts';

/** A stretch of the directory, the newest character first. */
export type CharacterPage = {
  readonly entries: readonly DirectoryEntry[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

/** Which stretch: the `first` characters, or those after one of them; of those put away or, by default, the others. */
export type CharacterPageRequest = Pick<DirectoryRange, 'after' | 'archived'> & { readonly first: number };

/** A page of the directory; it reads one entry more than asked for, to know whether there is a next page. */
export async function characterPage(
  table: EventTable,
  { first, after, archived }: CharacterPageRequest,
  signal?: AbortSignal,
): Promise<CharacterPage> {
  const entries = await table.directory({ archived, after, limit: first + 1 }, signal);
  return {
    entries: entries.slice(0, first),
    hasNextPage: entries.length > first,
    hasPreviousPage: after !== undefined,
  };
}

/** `listedAt` of a character whose first event has no `RecordedAt`, since another program wrote it. */
const unknownTime = new Date(0).toISOString();

/**
 * A page of a directory of these characters alone, the newest first, then by id. The look-ups come from
 * `latestStates`; characters without events are left out. Reads nothing. Throws the first look-up that is an
 * error.
 */
export function pageOfCharacters(
  lookUps: readonly CharacterLookUp[],
  { first, after, archived = false }: CharacterPageRequest,
): CharacterPage {
  const entries = lookUps
    .flatMap((state) => {
      if (state instanceof Error) throw state;
      return state !== undefined && state.archived === archived ? state : [];
    })
    .map(({ characterId, createdAt }) => ({ characterId, listedAt: createdAt ?? unknownTime }))
    .toSorted(newestFirst)
    .filter((entry) => after === undefined || newestFirst(after, entry) < 0);
  return {
    entries: entries.slice(0, first),
    hasNextPage: entries.length > first,
    hasPreviousPage: after !== undefined,
  };
}

function newestFirst(one: DirectoryEntry, other: DirectoryEntry): number {
  if (one.listedAt !== other.listedAt) return one.listedAt > other.listedAt ? -1 : 1;
  return one.characterId > other.characterId ? -1 : Number(one.characterId < other.characterId);
}

/** A character now, `undefined` if nothing happened to it yet, or why it cannot be read. */
export type CharacterLookUp = CharacterState | undefined | Error;

/**
 * The characters as they are now, in the order of their ids. Of those whose heads are cached, one call for each
 * 100 proves which are still current: nothing follows their newest version. Each of the others, and a single
 * one, costs a query of one item, all at once; on the embedded engine each does, so that all are of one moment.
 * A character that cannot be read is an `Error` in its place.
 */
export async function latestStates(
  table: EventTable,
  heads: HeadCache,
  characterIds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly CharacterLookUp[]> {
  const current = table.readsAtOneMoment ? undefined : await stillCurrent(table, heads, characterIds, signal);
  const found = characterIds.map(
    async (id) => current?.get(id) ?? (await heads.refresh(id, 0, signal))?.state,
  );
  const settled = await Promise.allSettled(found);
  return settled.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason));
}

async function stillCurrent(
  table: EventTable,
  heads: HeadCache,
  characterIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, CharacterState>> {
  if (characterIds.length < 2) return new Map();
  const states = characterIds.flatMap((id) => heads.cached(id)?.state ?? []);
  const next = states.map(({ characterId, version }) => ({ Id: characterId, Version: version + 1 }));
  const changed = new Set((await table.get(next, signal)).map(({ Id }) => Id));
  return new Map(
    states.filter(({ characterId }) => !changed.has(characterId)).map((state) => [state.characterId, state]),
  );
}
