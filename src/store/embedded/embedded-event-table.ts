import { accessSync, constants, mkdirSync } from 'node:fs';
import { type Database, open } from 'lmdb';
import type { StoredItem } from '../event-item.ts';
import type { EventRange, EventTable, InsertOutcome } from '../event-table.ts';
import { UnusableStoreError } from '../faults.ts';

/** The layout of the folder: databases, keys and encoding. */
const folderFormat = 1;

/**
 * An event table in a folder of this machine, in LMDB. A write is acknowledged after its fdatasync; writes
 * of the same moment share one. Several processes of one machine may open the folder, each once.
 * Throws `UnusableStoreError` if the folder cannot be written or holds another format.
 *
 * @see https://github.com/kriszyp/lmdb-js#readme
 */
export async function openEmbeddedEventTable(folder: string): Promise<EventTable> {
  const root = openFolder(folder);
  const events = root.openDB<StoredItem, [string, number]>('events', {});
  const directory = root.openDB<true, [string, string]>('directory', {});
  await checkFormat(root.openDB<number, string>('format', {}), folder);

  function put(item: StoredItem): void {
    events.put([item.Id, item.Version], item);
    const listedAt = item['ListedAt'];
    if (typeof listedAt === 'string') directory.put([listedAt, item.Id], true);
  }

  function storedAmong(items: readonly StoredItem[]): readonly StoredItem[] {
    return items.map((item) => events.get([item.Id, item.Version])).filter((item) => item !== undefined);
  }

  async function insertOne(item: StoredItem): Promise<InsertOutcome> {
    if (await events.ifNoExists([item.Id, item.Version], () => put(item))) return { type: 'inserted' };
    events.resetReadTxn();
    return { type: 'taken', items: storedAmong([item]) };
  }

  // A throw inside an LMDB transaction does not roll it back, so it puts only once it knows that all keys are free.
  async function insertGroup(items: readonly StoredItem[]): Promise<InsertOutcome> {
    const taken = await events.transaction(() => {
      const stored = storedAmong(items);
      if (stored.length === 0) items.forEach(put);
      return stored;
    });
    return taken.length === 0 ? { type: 'inserted' } : { type: 'taken', items: taken };
  }

  return {
    insert: (items) => {
      const [first, ...others] = items;
      return first !== undefined && others.length === 0 ? insertOne(first) : insertGroup(items);
    },
    query: async (characterId, range) => {
      events.resetReadTxn();
      return Array.from(events.getRange(keyRange(characterId, range)), (entry) => entry.value);
    },
    ping: async () => {
      events.resetReadTxn();
      events.getKeysCount({ limit: 1 });
    },
    close: () => root.close(),
  };
}

function openFolder(folder: string) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK);
    return open({ path: folder, overlappingSync: false });
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
