import type { EventKey, StoredItem } from './event-item.ts';

/** What became of an insert: stored durably, or not at all because these items were in the way. */
export type InsertOutcome =
  | { readonly type: 'inserted' }
  | { readonly type: 'taken'; readonly items: readonly StoredItem[] };

/** A range of one character's versions, both ends included. */
export type EventRange = {
  readonly from?: number;
  readonly to?: number;
  /** Newest first; the default is oldest first. */
  readonly descending?: boolean;
  /** How many items at most. */
  readonly limit: number;
};

/** A character's place in the directory. */
export type DirectoryEntry = {
  readonly characterId: string;
  /** When it entered the directory: ISO 8601, UTC, milliseconds. */
  readonly listedAt: string;
};

/** A stretch of the directory, newest first. */
export type DirectoryRange = {
  /** Only entries older than this one. */
  readonly after?: DirectoryEntry | undefined;
  /** How many entries at most. */
  readonly limit: number;
};

/**
 * The one table behind the event store. An engine knows items and keys; every rule about events lives
 * above it. All reads but `directory` are strongly consistent. Work ends when the signal is aborted; what an engine cannot
 * do then is thrown as a `StoreFault`.
 */
export type EventTable = {
  /**
   * Stores all items or none, each only where its key is free; at most 100. Resolves when they are durable.
   * Whether they are is never a guess: where it cannot be established within 2 s after the signal, the
   * fault says `OUTCOME_UNKNOWN`, every other fault means that nothing was written.
   */
  readonly insert: (items: readonly StoredItem[], signal?: AbortSignal) => Promise<InsertOutcome>;
  /** Exactly the items of the range, in order, however many answers of the engine that takes. */
  readonly query: (
    characterId: string,
    range: EventRange,
    signal?: AbortSignal,
  ) => Promise<readonly StoredItem[]>;
  /** The items that are stored under these keys, in any order. */
  readonly get: (keys: readonly EventKey[], signal?: AbortSignal) => Promise<readonly StoredItem[]>;
  /**
   * The characters of the directory, newest first. Throws `DIRECTORY_MISSING` if the table has none. It may
   * lag behind the newest events.
   */
  readonly directory: (range: DirectoryRange, signal?: AbortSignal) => Promise<readonly DirectoryEntry[]>;
  /** Resolves if the table takes events now; throws the engine's fault if not. */
  readonly ping: (signal?: AbortSignal) => Promise<void>;
  /** Finishes what is under way and lets go of files and sockets. */
  readonly close: () => Promise<void>;
};
