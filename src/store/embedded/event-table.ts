import type { Database, RootDatabase } from 'lmdb';
import {
  type DirectoryList,
  type DirectoryPlace,
  directoryMoves,
  listOf,
  placeOf,
} from '../directory-lists.ts';
import {
  deadlinePassed,
  noFirstEvent,
  outcomeUnknown,
  StoreFault,
  UnusableStoreError,
  untilAborted,
} from '../errors.ts';
import type { EventKey, StoredItem } from '../event-item.ts';
import type { DirectoryRange, EventRange, EventTable, InsertOutcome, TableAdmin } from '../event-table.ts';
import { createTurnQueue, turnMs } from '../turn-queue.ts';
import { openFolder } from './open-folder.ts';
import { onceATurn } from './turn.ts';
import { createWriteGuard, type WriteGuard } from './write-guard.ts';

/** The layout of the folder: databases, keys and encoding. */
const folderFormat = 1;

/** Sets, bytes and large integers in attributes of other programs; it changes no byte of our own items. */
const eventEncoding = {
  encoding: 'msgpack',
  encoder: { structuredClone: true, useBigIntExtension: true },
} as const;

/** LMDB's keys have 1,978 bytes; one of the directory is a time and an id. */
const maxIdBytes = 1_950;

/** The databases of a folder. */
type Databases = {
  readonly root: RootDatabase;
  readonly events: Database<StoredItem, [characterId: string, version: number]>;
  /** Their keys alone list the characters, by when they entered the directory. */
  readonly lists: Readonly<Record<DirectoryList, Database<true, [listedAt: string, characterId: string]>>>;
};

/**
 * An event table in a folder of this machine, in LMDB. A write is acknowledged after its fdatasync; concurrent
 * writes share one (group commit). Several processes of one machine may open the folder, each once, unless two have
 * the same id, as in containers. A full disk, a failed commit or files that were replaced end all writing until the
 * folder is opened anew; `onFailure` is then called, once. Throws `UnusableStoreError` if the folder cannot be used
 * or holds another format.
 *
 * @see https://github.com/kriszyp/lmdb-js#readme
 */
export async function openEmbeddedEventTable(
  folder: string,
  onFailure: (fault: StoreFault) => void = () => {},
): Promise<EventTable & TableAdmin> {
  const root = await openFolder(folder);
  const databases: Databases = {
    root,
    events: root.openDB('events', eventEncoding),
    lists: { CHARACTERS: root.openDB('directory', {}), ARCHIVE: root.openDB('archive', {}) },
  };
  await checkFormat(root.openDB<number, string>('format', {}), folder);
  const guard = createWriteGuard(folder, onFailure);
  const beginRead = readsOfOneTurn(databases, guard);
  return {
    ...reads(databases, guard, beginRead),
    ...maintenance(databases, guard, beginRead),
    readsAtOneMoment: true,
    insert: async (items, signal) => {
      guard.throwIfEnded();
      if (signal?.aborted) throw deadlinePassed();
      const moves = directoryMoves(items);
      // A process that is stopped in the middle of its commit holds the write lock for as long.
      return untilAborted(
        guard.write(items.length + moves.length, () => insert(databases, items, moves)),
        signal,
        () => Promise.reject(outcomeUnknown('The embedded store did not commit in time.')),
      );
    },
    close: () => {
      guard.close();
      return root.close();
    },
  };
}

async function insert(
  databases: Databases,
  items: readonly StoredItem[],
  moves: readonly DirectoryPlace[],
): Promise<InsertOutcome> {
  const { events } = databases;
  const [first, ...others] = items;
  if (first !== undefined && others.length === 0 && moves.length === 0) {
    const isInserted = await events.ifNoExists([first.Id, first.Version], () => put(databases, first));
    if (isInserted) return { type: 'inserted' };
    events.resetReadTxn();
    return { type: 'taken', items: stored(databases, [first]) };
  }
  // A throw inside an LMDB transaction does not roll it back: read all keys first, put only if all are free.
  const outcome = await events.transaction((): InsertOutcome | StoreFault => {
    const taken = stored(databases, items);
    if (taken.length > 0) return { type: 'taken', items: taken };
    const firstEvents = moves.map(({ characterId }) => ({ Id: characterId, Version: 0 }));
    if (stored(databases, firstEvents).length < moves.length) return noFirstEvent();
    for (const item of items) put(databases, item);
    for (const move of moves) enter(databases, move);
    return { type: 'inserted' };
  });
  if (outcome instanceof StoreFault) throw outcome;
  return outcome;
}

/** Puts an item, and its character into its list, within the transaction of the caller. */
function put({ events, lists }: Databases, item: StoredItem): void {
  events.put([item.Id, item.Version], item);
  const place = placeOf(item);
  if (place !== undefined) lists[place.list].put([place.listedAt, item.Id], true);
}

/** Moves a character to a list through its first event, if it has one, within the transaction of the caller. */
function enter(databases: Databases, { characterId, list, listedAt }: DirectoryPlace): void {
  const [first] = stored(databases, [{ Id: characterId, Version: 0 }]);
  if (first === undefined) return;
  const before = placeOf(first);
  if (before !== undefined) databases.lists[before.list].remove([before.listedAt, characterId]);
  put(databases, { ListedAt: listedAt, ...first, Directory: list });
}

function stored({ events }: Databases, keys: readonly EventKey[]): readonly StoredItem[] {
  return keys.map(({ Id, Version }) => events.get([Id, Version])).filter((item) => item !== undefined);
}

type BeginRead = (signal?: AbortSignal) => void;

/**
 * LMDB reuses a read snapshot until a timer; what other processes committed since is not in it. So reads take a new
 * one, all that begin in the same turn together.
 */
function readsOfOneTurn({ events }: Databases, guard: WriteGuard): BeginRead {
  const takeNewSnapshot = onceATurn(() => events.resetReadTxn());
  return (signal) => {
    if (signal?.aborted) throw deadlinePassed();
    guard.throwIfUnreadable();
    takeNewSnapshot();
  };
}

function reads(
  databases: Databases,
  guard: WriteGuard,
  beginRead: BeginRead,
): Pick<EventTable, 'query' | 'get' | 'directory' | 'ping'> {
  const { events, lists } = databases;
  const inTurns = readsInTurns();
  return {
    query: async (characterId, range, signal) => {
      return inTurns(keyRange(characterId, range), (part) => {
        beginRead(signal);
        return events.getRange(part);
      });
    },
    get: async (keys, signal) => {
      beginRead(signal);
      return stored(databases, keys);
    },
    directory: async (range, signal) => {
      beginRead(signal);
      const keys = lists[listOf(range.archived ?? false)].getKeys(directoryRange(range));
      return Array.from(keys, ([listedAt, characterId]) => ({ characterId, listedAt }));
    },
    ping: async (signal) => {
      guard.throwIfEnded();
      beginRead(signal);
      events.getKeysCount({ limit: 1 });
    },
  };
}

function maintenance(databases: Databases, guard: WriteGuard, beginRead: BeginRead): TableAdmin {
  const { root, events } = databases;
  const write = (items: number, work: () => void) => guard.write(items, () => events.transaction(work));
  return {
    maxIdBytes,
    scan: async function* () {
      beginRead();
      for (const { value } of events.getRange()) yield value;
    },
    ids: async function* () {
      beginRead();
      for (const [id] of events.getKeys()) yield id;
    },
    snapshot: () => {
      beginRead();
      const transaction = root.useReadTransaction();
      return {
        query: async (characterId, range) => {
          guard.throwIfUnreadable();
          const found = events.getRange({ ...keyRange(characterId, range), transaction });
          return Array.from(found, ({ value }) => value);
        },
        ids: async function* () {
          for (const [id] of events.getKeys({ transaction })) yield id;
        },
        end: () => transaction.done(),
      };
    },
    enterDirectory: (place) => write(1, () => enter(databases, place)),
    repairSnapshots: (repairs) =>
      write(repairs.length, () => {
        for (const { key, snapshot } of repairs) {
          for (const item of stored(databases, [key])) put(databases, { ...item, Snapshot: snapshot });
        }
      }),
  };
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

type KeyRange = ReturnType<typeof keyRange>;
type Entry = { readonly key: KeyRange['start']; readonly value: StoredItem };

/** Reads ranges in parts of 5 ms, since 1,000 events with long notes take much longer. */
function readsInTurns() {
  const turn = createTurnQueue();
  return async (range: KeyRange, read: (part: KeyRange) => Iterable<Entry>): Promise<StoredItem[]> => {
    const items: StoredItem[] = [];
    for (let part = range; ; await turn()) {
      const end = performance.now() + turnMs;
      let next: KeyRange | undefined;
      for (const { key, value } of read(part)) {
        items.push(value);
        if (items.length === range.limit || performance.now() < end) continue;
        next = { ...range, start: key, exclusiveStart: true, limit: range.limit - items.length };
        break;
      }
      if (next === undefined) return items;
      part = next;
    }
  };
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
    ? { start: highest, exclusiveStart: false, end: lowest, inclusiveEnd: true, reverse: true, limit }
    : { start: lowest, exclusiveStart: false, end: highest, inclusiveEnd: true, reverse: false, limit };
}
