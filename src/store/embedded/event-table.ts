import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { type Database, open } from 'lmdb';
import { deadlinePassed, StoreFault, UnusableStoreError, untilAborted } from '../errors.ts';
import { directoryName, type EventKey, listedAt, type StoredItem } from '../event-item.ts';
import type { DirectoryRange, EventRange, EventTable, InsertOutcome, TableAdmin } from '../event-table.ts';
import { isFailedCommit } from './failed-commit.ts';

/** The layout of the folder: databases, keys and encoding. */
const folderFormat = 1;

/** Sets, bytes and large integers in attributes of other programs; it changes no byte of our own items. */
const eventEncoding = {
  encoding: 'msgpack',
  encoder: { structuredClone: true, useBigIntExtension: true },
} as const;

/** Disk space for what a commit writes besides its items: changed pages of the trees, free lists. */
const reservedBytes = 128 * 1_024;
/** An item with the longest note, and the page of the tree that it goes to. */
const bytesPerItem = 24 * 1_024;
/** A `statfs` takes as long as an insert, so inserts reuse the last one for this long. */
const insertsWithoutLookMs = 10;

/**
 * An event table in a folder of this machine, in LMDB. A write is acknowledged after its fdatasync; concurrent
 * writes share one (group commit). Several processes of one machine may open the folder, each once. A full disk
 * or a failed commit ends all writing until the folder is opened anew; `onFailure` is then called, once.
 * Throws `UnusableStoreError` if the folder cannot be written or holds another format.
 *
 * @see https://github.com/kriszyp/lmdb-js#readme
 */
export async function openEmbeddedEventTable(
  folder: string,
  onFailure: (fault: StoreFault) => void = () => {},
): Promise<EventTable & TableAdmin> {
  const root = openFolder(folder);
  const events = root.openDB<StoredItem, [string, number]>('events', eventEncoding);
  const directory = root.openDB<true, [string, string]>('directory', {});
  await checkFormat(root.openDB<number, string>('format', {}), folder);
  let failure: StoreFault | undefined;
  let itemsUnderWay = 0;
  let lastLook = { freeBytes: 0, at: Number.NEGATIVE_INFINITY, itemsSince: 0 };

  function put(item: StoredItem): void {
    events.put([item.Id, item.Version], item);
    const since = listedAt(item);
    if (since !== undefined) directory.put([since, item.Id], true);
  }

  function stored(keys: readonly EventKey[]): readonly StoredItem[] {
    return keys.map(({ Id, Version }) => events.get([Id, Version])).filter((item) => item !== undefined);
  }

  async function insertOne(item: StoredItem): Promise<InsertOutcome> {
    if (await events.ifNoExists([item.Id, item.Version], () => put(item))) return { type: 'inserted' };
    events.resetReadTxn();
    return { type: 'taken', items: stored([item]) };
  }

  // A throw inside an LMDB transaction does not roll it back: read all keys first, put only if all are free.
  async function insertGroup(items: readonly StoredItem[]): Promise<InsertOutcome> {
    const taken = await events.transaction(() => {
      const inTheWay = stored(items);
      if (inTheWay.length === 0) items.forEach(put);
      return inTheWay;
    });
    return taken.length === 0 ? { type: 'inserted' } : { type: 'taken', items: taken };
  }

  async function endWriting(error: unknown): Promise<never> {
    if (!isFailedCommit(error)) throw error;
    // LMDB's own reason is a promise beside the error, and unhandled it would end the process.
    const reason = await Promise.resolve(error.commitError).catch((cause: unknown) => cause);
    fail(reason);
    throw outcomeUnknown('The embedded store failed to commit.', reason);
  }

  function fail(cause: unknown): StoreFault {
    if (failure !== undefined) return failure;
    const message = 'The embedded store cannot write; it has to be started again.';
    failure = new StoreFault('STORE_UNAVAILABLE', message, { retryable: true, cause });
    onFailure(failure);
    return failure;
  }

  // It must not come to a commit that fails for a full disk: LMDB writes its message about that beyond the
  // end of a buffer (lmdb 3.5.6, `mdb_page_flush`), and the process may crash at any time after.
  function throwIfFull(longestWithoutLookMs: number): void {
    const now = performance.now();
    if (now - lastLook.at >= longestWithoutLookMs) {
      const { bavail, bsize } = statfsSync(folder);
      lastLook = { freeBytes: bavail * bsize, at: now, itemsSince: itemsUnderWay };
    }
    const { freeBytes, itemsSince } = lastLook;
    const needed = reservedBytes + itemsSince * bytesPerItem;
    if (freeBytes < needed)
      throw fail(new Error(`Expected ${needed} bytes free on the disk of ${folder}, got ${freeBytes}.`));
  }

  async function insertAll(items: readonly StoredItem[]): Promise<InsertOutcome> {
    itemsUnderWay += items.length;
    lastLook.itemsSince += items.length;
    try {
      throwIfFull(insertsWithoutLookMs);
      const [first, ...others] = items;
      return await (first !== undefined && others.length === 0 ? insertOne(first) : insertGroup(items));
    } catch (error) {
      return endWriting(error);
    } finally {
      itemsUnderWay -= items.length;
    }
  }

  // LMDB reuses a read snapshot until a timer; what other processes committed since is not in it.
  function beginRead(signal: AbortSignal | undefined): void {
    if (signal?.aborted) throw deadlinePassed();
    events.resetReadTxn();
  }

  return {
    insert: async (items, signal) => {
      if (failure !== undefined) throw failure;
      if (signal?.aborted) throw deadlinePassed();
      // A process that is stopped in the middle of its commit holds the write lock for as long.
      return untilAborted(insertAll(items), signal, () =>
        outcomeUnknown('The embedded store did not commit in time.'),
      );
    },
    query: async (characterId, range, signal) => {
      beginRead(signal);
      return Array.from(events.getRange(keyRange(characterId, range)), (entry) => entry.value);
    },
    get: async (keys, signal) => {
      beginRead(signal);
      return stored(keys);
    },
    directory: async (range, signal) => {
      beginRead(signal);
      return Array.from(directory.getKeys(directoryRange(range)), ([listedAt, characterId]) => ({
        characterId,
        listedAt,
      }));
    },
    ping: async (signal) => {
      if (failure !== undefined) throw failure;
      beginRead(signal);
      events.getKeysCount({ limit: 1 });
    },
    scan: async function* () {
      beginRead(undefined);
      for (const { value } of events.getRange()) yield value;
    },
    ids: async function* () {
      beginRead(undefined);
      for (const [id] of events.getKeys()) yield id;
    },
    enterDirectory: async (entry) => {
      throwIfFull(0);
      await events.transaction(() => {
        const first = events.get([entry.characterId, 0]);
        if (first !== undefined) put({ ListedAt: entry.listedAt, ...first, Directory: directoryName });
      });
    },
    repairSnapshots: async (repairs) => {
      throwIfFull(0);
      await events.transaction(() => {
        for (const { key, snapshot } of repairs) {
          for (const item of stored([key])) put({ ...item, Snapshot: snapshot });
        }
      });
    },
    close: () => root.close(),
  };
}

function outcomeUnknown(message: string, cause?: unknown): StoreFault {
  return new StoreFault('OUTCOME_UNKNOWN', message, { retryable: true, cause });
}

function openFolder(folder: string) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK);
    // By itself lmdb takes a name with a dot for a file.
    return open({ path: folder, overlappingSync: false, noSubdir: false });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableStoreError(`The folder ${folder} of the embedded store cannot be written: ${reason}`, {
      cause,
    });
  }
}

async function checkFormat(formats: Database<number, string>, folder: string): Promise<void> {
  await formats.ifNoExists('format', () => {
    formats.put('format', folderFormat);
  });
  const found = formats.get('format');
  if (found === folderFormat) return;
  throw new UnusableStoreError(
    `The folder ${folder} of the embedded store has format ${found}, this program reads format ${folderFormat}.`,
  );
}

// A range backwards from a key begins with that key.
function directoryRange({ after, limit }: DirectoryRange) {
  if (after === undefined) return { reverse: true, limit };
  return { reverse: true, start: [after.listedAt, after.characterId], exclusiveStart: true, limit };
}

function keyRange(
  characterId: string,
  { from = 0, to = Number.MAX_SAFE_INTEGER, descending = false, limit }: EventRange,
) {
  const lowest: [string, number] = [characterId, from];
  const highest: [string, number] = [characterId, to];
  return descending
    ? { start: highest, end: lowest, inclusiveEnd: true, reverse: true, limit }
    : { start: lowest, end: highest, inclusiveEnd: true, limit };
}
