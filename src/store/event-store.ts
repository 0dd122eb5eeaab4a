import type { CharacterState } from '../character/character.ts';
import type { NewEvent } from '../character/event.ts';
import { type AppendDependencies, type AppendOutcome, append } from './append.ts';
import { type AppendGroupOutcome, appendGroup } from './append-group.ts';
import { type CatchUp, createCatchUp } from './catch-up.ts';
import { createCreatedCharacters } from './created-characters.ts';
import {
  type CharacterLookUp,
  type CharacterPage,
  type CharacterPageRequest,
  characterPage,
  latestStates,
} from './directory.ts';
import { StoreFault } from './errors.ts';
import type { StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { createHeadCache, type HeadCache } from './head-cache.ts';
import { type EventPage, eventPage, type PageRequest, stateUpTo } from './history.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { lookUp } from './latest.ts';
import { createPoller } from './poller.ts';
import { type Revert, type RevertOutcome, revert } from './revert.ts';

/** A past state, or what is missing. */
export type StateAtOutcome =
  | { readonly type: 'state'; readonly state: CharacterState }
  | { readonly type: 'no_such_character' }
  /** The character exists and has no event of that version. */
  | { readonly type: 'no_such_version' };

/**
 * The characters' events: the rules of appending and reading, over any engine. Work ends when the signal is
 * aborted; what the engine cannot answer is thrown as a `StoreFault`.
 */
export type EventStore = {
  /** Appends one event; see `append` for what it costs and promises. */
  readonly append: (event: NewEvent, signal?: AbortSignal) => Promise<AppendOutcome>;
  /** Appends 1–100 events of any characters, all or none; see `appendGroup`. */
  readonly appendGroup: (events: readonly NewEvent[], signal?: AbortSignal) => Promise<AppendGroupOutcome>;
  /** Takes an event back by appending its opposite; see `revert`. */
  readonly revert: (event: Revert, signal?: AbortSignal) => Promise<RevertOutcome>;
  /** A character's events after a version, without end; see `CatchUp`. */
  readonly subscribe: CatchUp['events'];
  /** The characters that are created from now on, each as it is now, without end. */
  readonly createdCharacters: (signal: AbortSignal) => AsyncGenerator<CharacterState>;
  /** The character now; `undefined` if nothing happened to it yet. One read. */
  readonly character: (characterId: string, signal?: AbortSignal) => Promise<CharacterState | undefined>;
  /** Several characters now, in the order of their ids; see `latestStates` for what that costs. */
  readonly characters: (
    characterIds: readonly string[],
    signal?: AbortSignal,
  ) => Promise<readonly CharacterLookUp[]>;
  /** A page of all characters, the newest first. */
  readonly directory: (request: CharacterPageRequest, signal?: AbortSignal) => Promise<CharacterPage>;
  /** The character right after one of its events. One read. */
  readonly characterAt: (
    characterId: string,
    version: number,
    signal?: AbortSignal,
  ) => Promise<StateAtOutcome>;
  /** Resolves if events can be appended and read now. */
  readonly ping: (signal?: AbortSignal) => Promise<void>;
  /** A page of a character's history; `undefined` if the character has none. */
  readonly events: (
    characterId: string,
    page: PageRequest,
    signal?: AbortSignal,
  ) => Promise<EventPage | undefined>;
};

/** What an event store is made of. */
export type EventStoreDependencies = Pick<AppendDependencies, 'table' | 'clock' | 'newKey'> & {
  /** How many states and idempotency keys are remembered, all characters together. */
  readonly headCacheSize: number;
  /** How long those who follow something wait for what other processes store. */
  readonly followPollMs: number;
  /** Told of the first failure in a row to look for what other processes stored. */
  readonly onPollFailure: (error: unknown) => void;
};

/** The event store over a table. */
export function createEventStore({
  headCacheSize,
  clock,
  newKey,
  followPollMs,
  onPollFailure,
  ...given
}: EventStoreDependencies): EventStore {
  const memory = createHeadCache(headCacheSize);
  const unannounced = forgettingWithoutTable(given.table, memory);
  const poller = createPoller(
    followPollMs,
    async () => {
      await Promise.all([follow.look(), newcomers.look()]);
    },
    onPollFailure,
  );
  const follow = createCatchUp(unannounced, poller);
  const newcomers = createCreatedCharacters(unannounced, poller);
  const table = announcing(unannounced, (items) => {
    follow.saw(items);
    newcomers.saw(items);
  });
  const dependencies: AppendDependencies = { table, clock, newKey, memory, turns: createKeyedMutex() };

  const character = async (characterId: string, signal?: AbortSignal): Promise<CharacterState | undefined> =>
    (await lookUp(table, memory, characterId, false, signal)).known?.state;

  return {
    append: (event, signal) => append(dependencies, event, signal),
    appendGroup: (events, signal) => appendGroup(dependencies, events, signal),
    revert: (event, signal) => revert(dependencies, event, signal),
    subscribe: follow.events,
    createdCharacters: async function* (signal) {
      for await (const id of newcomers.ids(signal)) {
        const state = await character(id, signal);
        if (state !== undefined) yield state;
      }
    },
    character,
    characters: (characterIds, signal) => latestStates(table, memory, characterIds, signal),
    directory: (request, signal) => characterPage(table, request, signal),
    ping: table.ping,
    characterAt: async (characterId, version, signal) => {
      const state = await stateUpTo(table, characterId, version, signal);
      if (state === undefined) return { type: 'no_such_character' };
      return state.version === version ? { type: 'state', state } : { type: 'no_such_version' };
    },
    events: async (characterId, request, signal) => {
      const page = await eventPage(table, characterId, request, signal);
      if (page.events.length > 0) return page;
      return (await character(characterId, signal)) === undefined ? undefined : page;
    },
  };
}

/** The table, which tells of everything that it stores. */
function announcing(table: EventTable, saw: (items: readonly StoredItem[]) => void): EventTable {
  return {
    ...table,
    insert: async (items, signal) => {
      const outcome = await table.insert(items, signal);
      if (outcome.type === 'inserted') saw(items);
      return outcome;
    },
  };
}

/** The table, which clears the memory when it turns out not to exist: another one may take its place. */
function forgettingWithoutTable(table: EventTable, memory: HeadCache): EventTable {
  const forget = (error: unknown): never => {
    if (error instanceof StoreFault && error.isTableMissing) memory.clear();
    throw error;
  };
  return {
    ...table,
    insert: (...args) => table.insert(...args).catch(forget),
    query: (...args) => table.query(...args).catch(forget),
    get: (...args) => table.get(...args).catch(forget),
    directory: (...args) => table.directory(...args).catch(forget),
    ping: (...args) => table.ping(...args).catch(forget),
  };
}
