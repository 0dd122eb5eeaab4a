import type { DirectoryPlace } from './directory-lists.ts';
import type { EventKey, StoredItem } from './event-item.ts';
import type { SnapshotAttribute } from './snapshot.ts';

/** The result of an insert: all items durably stored, or none, because these items hold their keys. */
export type InsertOutcome =
  | { readonly type: 'inserted' }
  | { readonly type: 'taken'; readonly items: readonly StoredItem[] };

/** A range of one character's versions, both ends included. */
export type EventRange = {
  /** Default 0. */
  readonly from?: number;
  /** Default: the newest. */
  readonly to?: number;
  /** Newest first; the default is oldest first. */
  readonly descending?: boolean;
  /** How many items at most, from 1. */
  readonly limit: number;
};

/** A character in a list of the directory. */
export type DirectoryEntry = Omit<DirectoryPlace, 'list'>;

/** A stretch of the directory, newest first. */
export type DirectoryRange = {
  /** Of the characters that are put away; the default is of the others. */
  readonly archived?: boolean | undefined;
  /** Only entries older than this one. */
  readonly after?: DirectoryEntry | undefined;
  /** How many entries at most, from 1. */
  readonly limit: number;
};

/**
 * The one table behind the event store. An engine knows items and keys; every rule about events lives above it.
 * All reads but `directory` are strongly consistent.
 *
 * Deadline: work ends when the signal aborts. Without a signal it ends after 10 s on DynamoDB; on the embedded
 * engine it has no deadline. What an engine cannot do by then it throws as a `StoreFault`.
 */
export type EventTable = {
  /**
   * Stores 1 to 100 items, all or none, each only where its key is free, and with an event that puts its character
   * away or back moves that to the other list of the directory. Items and moves are 100 at most. Resolves when they
   * are durable. One round trip. Whether the items are stored is never a guess: `OUTCOME_UNKNOWN` says that it could not be
   * established within 2 s after the deadline; every other fault means that nothing was written. `UNSUPPORTED`
   * if an engine without transactions gets several items, or one that moves its character.
   */
  readonly insert: (items: readonly StoredItem[], signal?: AbortSignal) => Promise<InsertOutcome>;
  /** Exactly the items of the range, in order. One round trip for each megabyte. */
  readonly query: (
    characterId: string,
    range: EventRange,
    signal?: AbortSignal,
  ) => Promise<readonly StoredItem[]>;
  /** The items stored under these keys, in any order. One round trip for each 100 keys, of any number. */
  readonly get: (keys: readonly EventKey[], signal?: AbortSignal) => Promise<readonly StoredItem[]>;
  /**
   * The characters of a list of the directory, newest first. One round trip for each megabyte. On DynamoDB it may lag
   * behind the newest events. Throws `DIRECTORY_MISSING` if the table has no directory.
   */
  readonly directory: (range: DirectoryRange, signal?: AbortSignal) => Promise<readonly DirectoryEntry[]>;
  /** Resolves if the table takes events now; throws the engine's fault if not. One round trip. */
  readonly ping: (signal?: AbortSignal) => Promise<void>;
  /** Set if all reads that begin in one turn of the event loop see the table at one moment, and cost no round trip. */
  readonly readsAtOneMoment?: true;
  /** Finishes calls under way, then closes files and sockets. No call may follow; the embedded store refuses it. */
  readonly close: () => Promise<void>;
};

/** Work on a whole table. For the command line only: no request pays for a scan. */
export type TableAdmin = {
  /** The longest id of a character that the engine stores, in bytes of UTF-8. */
  readonly maxIdBytes: number;
  /** Every item of the table, in the engine's own order. Items inserted meanwhile may be missed. */
  readonly scan: () => AsyncIterable<StoredItem>;
  /** The id of every item, in the order of `scan`; an id may come once or once for each item. */
  readonly ids: () => AsyncIterable<string>;
  /** The table as it stands now, whatever is stored meanwhile. Left out by an engine that cannot show it. */
  readonly snapshot?: () => TableSnapshot;
  /** Puts a character into a list through its first event; one that is listed already keeps its time. One write. */
  readonly enterDirectory: (place: DirectoryPlace) => Promise<void>;
  /** Overwrites the snapshots of 1 to 100 stored events, and nothing else. One write each, not atomic. */
  readonly repairSnapshots: (repairs: readonly SnapshotRepair[]) => Promise<void>;
};

/** A table at one moment. The engine may keep what is replaced meanwhile until its end. */
export type TableSnapshot = Pick<EventTable, 'query'> &
  Pick<TableAdmin, 'ids'> & { readonly end: () => void };

/** The snapshot that belongs into the item of this key. */
export type SnapshotRepair = { readonly key: EventKey; readonly snapshot: SnapshotAttribute };

const itemsPerPage = 1_000;

/** Every id under which there are items, in the order of its UTF-8 bytes. Holds all of them in memory. */
export async function allIds(admin: Pick<TableAdmin, 'ids'>): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const id of admin.ids()) ids.add(id);
  const sorted = Array.from(ids, (id) => Buffer.from(id)).sort(Buffer.compare);
  return sorted.map(String);
}

/**
 * Every item of one id, versions ascending, also such that no event can have. Reads a page at a time, so what
 * is appended meanwhile comes too.
 */
export async function* allItems(table: Pick<EventTable, 'query'>, id: string): AsyncGenerator<StoredItem> {
  let from = Number.MIN_SAFE_INTEGER;
  for (let isFirst = true, isLast = false; !isLast; isFirst = false) {
    const page = await table.query(id, { from, limit: itemsPerPage });
    yield* isFirst ? page : page.slice(1);
    isLast = page.length < itemsPerPage;
    from = page.at(-1)?.Version ?? from;
  }
}
