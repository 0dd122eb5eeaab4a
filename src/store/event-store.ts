import { randomUUID } from 'node:crypto';
import type { CharacterState } from '../character/character.ts';
import type { NewEvent } from '../character/event.ts';
import { type AppendDependencies, append, appendGroup } from './append.ts';
import type { AppendGroupOutcome, AppendOutcome } from './append-outcome.ts';
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
import { createHeadCache } from './head-cache.ts';
import { type EventPage, eventPage, type PageRequest, stateUpTo } from './history.ts';
import { createKeyedMutex } from './keyed-mutex.ts';
import { type Revert, type RevertOutcome, revert } from './revert.ts';
import { createPoller, patiently } from './waiting.ts';

/** A past state, or what is missing. */
export type StateAtOutcome =
  | { readonly type: 'state'; readonly state: CharacterState }
  | { readonly type: 'no_such_character' }
  /** The character exists and has no event of that version. */
  | { readonly type: 'no_such_version' };

/**
 * The characters' events: the rules of appending and reading, over any engine. Refusals are values. Work ends when
 * the signal aborts; every verb throws the faults of its reads and writes (`StoreFault`: `STORE_UNAVAILABLE`,
 * `STORE_TIMEOUT`, `THROTTLED`), and `UnreadableItemError` for an item that is no event.
 */
export type EventStore = {
  /** Appends one event; see `append` for its cost. Throws `CONTENDED` and `OUTCOME_UNKNOWN` too. */
  readonly append: (event: NewEvent, signal?: AbortSignal) => Promise<AppendOutcome>;
  /**
   * Appends 1–100 events of any characters, all or none; see `appendGroup`. Throws `CONTENDED`,
   * `OUTCOME_UNKNOWN` and, on an engine without transactions, `UNSUPPORTED` too.
   */
  readonly appendGroup: (events: readonly NewEvent[], signal?: AbortSignal) => Promise<AppendGroupOutcome>;
  /** Takes back what an event did by appending another one; see `revert`. Throws what `append` throws. */
  readonly revert: (event: Revert, signal?: AbortSignal) => Promise<RevertOutcome>;
  /** A catch-up subscription to a character's events after a version; see `CatchUp`. */
  readonly subscribe: CatchUp['subscribe'];
  /** A catch-up subscription to the events of many characters; see `CatchUp`. */
  readonly subscribeAll: CatchUp['subscribeAll'];
  /**
   * The characters that are created from now on, each as it is now, until the signal aborts. One query for each;
   * retryable faults are waited out. Throws `DIRECTORY_MISSING` if the table has no directory.
   */
  readonly createdCharacters: (signal: AbortSignal) => AsyncGenerator<CharacterState>;
  /** The character now; `undefined` if it has no events. One query of one item, at any length of history. */
  readonly character: (characterId: string, signal?: AbortSignal) => Promise<CharacterState | undefined>;
  /** Several characters now, in the order of their ids; see `latestStates` for what that costs. */
  readonly characters: (
    characterIds: readonly string[],
    signal?: AbortSignal,
  ) => Promise<readonly CharacterLookUp[]>;
  /** A page of all characters, the newest first. One query. Throws `DIRECTORY_MISSING`. */
  readonly directory: (request: CharacterPageRequest, signal?: AbortSignal) => Promise<CharacterPage>;
  /** The character right after one of its events. One query of one item. */
  readonly characterAt: (
    characterId: string,
    version: number,
    signal?: AbortSignal,
  ) => Promise<StateAtOutcome>;
  /** Resolves if events can be appended and read now. One round trip. */
  readonly ping: (signal?: AbortSignal) => Promise<void>;
  /** A page of a character's history; `undefined` if it has no events. One query for each megabyte. */
  readonly events: (
    characterId: string,
    page: PageRequest,
    signal?: AbortSignal,
  ) => Promise<EventPage | undefined>;
};

/** What an event store is made of: a table, and what else has a default. */
export type EventStoreDependencies = Pick<AppendDependencies, 'table'> & {
  /** When an event is recorded. Default: the clock of this machine. */
  readonly clock?: AppendDependencies['clock'];
  /** The idempotency key of an append that brings none. Default: a random UUID. */
  readonly newKey?: AppendDependencies['newKey'];
  /** How many states and idempotency keys the head cache holds, all characters together. Default 10,000. */
  readonly headCacheSize?: number;
  /** How long subscriptions wait for what other processes store, in milliseconds. Default 500. */
  readonly followPollMs?: number;
  /** Called for the first failure in a row to look for what other processes stored. Default: nothing. */
  readonly onPollFailure?: (error: unknown) => void;
  /** Ends the looking for what other processes store, whoever still subscribes. */
  readonly stopped?: AbortSignal;
};

/**
 * The event store over a table.
 *
 * @example
 * const store = createEventStore({ table: await openEmbeddedEventTable('data') });
 * await store.append({ characterId: 'astrid', characterName: 'Astrid', characterHitPoints: 8, note: '' });
 */
export function createEventStore({
  table: given,
  clock = () => new Date(),
  newKey = randomUUID,
  headCacheSize = 10_000,
  followPollMs = 500,
  onPollFailure = () => {},
  stopped,
}: EventStoreDependencies): EventStore {
  const unpublished = invalidatingWithoutTable(given, () => heads.clear());
  const heads = createHeadCache(unpublished, headCacheSize);
  const poll = async () => {
    await Promise.all([catchUp.poll(), created.poll()]);
  };
  const poller = createPoller(followPollMs, poll, onPollFailure, stopped);
  const catchUp = createCatchUp(unpublished, poller);
  const created = createCreatedCharacters(unpublished, poller, clock);
  const table = publishing(unpublished, (items) => {
    catchUp.publish(items);
    created.publish(items);
  });
  const runExclusive = createKeyedMutex();
  const dependencies: AppendDependencies = { table, clock, newKey, heads, runExclusive };

  const character = async (characterId: string, signal?: AbortSignal): Promise<CharacterState | undefined> =>
    (await heads.refresh(characterId, 0, signal))?.state;

  return {
    append: (event, signal) => append(dependencies, event, signal),
    appendGroup: (events, signal) => appendGroup(dependencies, events, signal),
    revert: (event, signal) => revert(dependencies, event, signal),
    subscribe: catchUp.subscribe,
    subscribeAll: catchUp.subscribeAll,
    createdCharacters: async function* (signal) {
      for await (const id of created.subscribe(signal)) {
        const state = await patiently(() => character(id, signal), signal);
        if (state !== undefined) yield state;
      }
    },
    character,
    characters: (characterIds, signal) => latestStates(table, heads, characterIds, signal),
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

/** The table; what it stores is published to subscriptions of this process. */
function publishing(table: EventTable, publish: (items: readonly StoredItem[]) => void): EventTable {
  return {
    ...table,
    insert: async (items, signal) => {
      const outcome = await table.insert(items, signal);
      if (outcome.type === 'inserted') publish(items);
      return outcome;
    },
  };
}

/** The table; when it turns out to be missing, `invalidate` is called: another table may take its place. */
function invalidatingWithoutTable(table: EventTable, invalidate: () => void): EventTable {
  const rethrow = (error: unknown): never => {
    if (error instanceof StoreFault && error.isTableMissing) invalidate();
    throw error;
  };
  return {
    ...table,
    insert: (...args) => table.insert(...args).catch(rethrow),
    query: (...args) => table.query(...args).catch(rethrow),
    get: (...args) => table.get(...args).catch(rethrow),
    directory: (...args) => table.directory(...args).catch(rethrow),
    ping: (...args) => table.ping(...args).catch(rethrow),
  };
}
