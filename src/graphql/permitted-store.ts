import type { CharacterState } from '../character/character.ts';
import type { CharacterPage, CharacterPageRequest } from '../store/directory.ts';
import type { EventStore } from '../store/event-store.ts';
import type { DirectoryEntry } from '../store/event-table.ts';
import { type Caller, notForThisCharacter, type TokenHolder } from './caller.ts';

/**
 * The store as a caller may use it: what they append carries their name, and where their token is for some
 * characters only, every other one is refused with `FORBIDDEN`, whether it exists or not. It is all that resolvers
 * get, and it is written out, so that nothing new of the store passes by it.
 */
export function authorizedStore(store: EventStore, caller: Caller): EventStore {
  if (caller === 'anyone') return store;
  const { actor } = caller;
  const isPermitted = permission(caller);
  const demand = (characterId: string): void => {
    if (!isPermitted(characterId)) throw notForThisCharacter();
  };
  return {
    append: async (event, signal) => {
      demand(event.characterId);
      return store.append({ ...event, actor }, signal);
    },
    appendGroup: async (events, signal) => {
      for (const { characterId } of events) demand(characterId);
      const signed = events.map((event) => ({ ...event, actor }));
      return store.appendGroup(signed, signal);
    },
    revert: async (event, signal) => {
      demand(event.characterId);
      return store.revert({ ...event, actor }, signal);
    },
    subscribe: (characterId, afterVersion, signal) => {
      demand(characterId);
      return store.subscribe(characterId, afterVersion, signal);
    },
    createdCharacters: async function* (signal) {
      for await (const state of store.createdCharacters(signal))
        if (isPermitted(state.characterId)) yield state;
    },
    character: async (characterId, signal) => {
      demand(characterId);
      return store.character(characterId, signal);
    },
    characters: async (characterIds, signal) => {
      const found = await store.characters(characterIds.filter(isPermitted), signal);
      const states = found.values();
      return characterIds.map((id) => (isPermitted(id) ? states.next().value : notForThisCharacter()));
    },
    directory: async (request, signal) => {
      if (caller.characters === undefined) return store.directory(request, signal);
      return pageOf(await statesOf(store, caller.characters, signal), request);
    },
    characterAt: async (characterId, version, signal) => {
      demand(characterId);
      return store.characterAt(characterId, version, signal);
    },
    events: async (characterId, page, signal) => {
      demand(characterId);
      return store.events(characterId, page, signal);
    },
    ping: store.ping,
  };
}

function permission({ characters }: TokenHolder): (characterId: string) => boolean {
  if (characters === undefined) return () => true;
  const permitted = new Set(characters);
  return (characterId) => permitted.has(characterId);
}

async function statesOf(
  store: EventStore,
  characterIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly CharacterState[]> {
  const found = await store.characters([...new Set(characterIds)], signal);
  return found.flatMap((state) => {
    if (state instanceof Error) throw state;
    return state ?? [];
  });
}

/** For characters whose first event another program wrote. */
const longAgo = new Date(0).toISOString();

/** A page as the directory has it, the newest first, of these characters alone. */
function pageOf(states: readonly CharacterState[], { first, after }: CharacterPageRequest): CharacterPage {
  const entries = states
    .map(({ characterId, createdAt }) => ({ characterId, listedAt: createdAt ?? longAgo }))
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
