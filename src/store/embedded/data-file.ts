import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnusableStoreError } from '../errors.ts';

/** What a meta page of LMDB says of its file; the newer one of two counts. */
type Meta = { readonly pageSize: number; readonly neededBytes: number; readonly transaction: bigint };

/** How long an unfinished file is waited for: another process may be creating it just now. */
const patience = { looks: 10, everyMs: 50 };

/**
 * Checks what LMDB takes on trust: it maps its file into memory, and a file that is cut off or another program's
 * ends the process by a signal. Reads the two meta pages. Throws `UnusableStoreError` with one sentence; a folder
 * without a data file is fine.
 */
export async function checkDataFile(folder: string): Promise<void> {
  const path = dataFileIn(folder);
  for (let look = 1; ; look += 1) {
    try {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) return;
      const { size, neededBytes } = readDataFile(path);
      if (size >= neededBytes) return;
      throw new Error(`expected at least ${neededBytes} bytes, got ${size}`);
    } catch (cause) {
      if (look < patience.looks) await sleep(patience.everyMs);
      else throw new UnusableStoreError(`The file ${path} cannot be used: ${reasonOf(cause)}.`, { cause });
    }
  }
}

/** Tells whether the files of a folder are still those that were opened. */
export type FileWatch = {
  /** Whether the path of the data file leads to the same file, and to no shorter one. One `stat`. */
  readonly isDataThere: () => boolean;
  /**
   * Throws an `Error` if it does not, if older content took the place of what was read before, or if the lock file
   * is another: processes that open that one do not wait for those that have this one.
   */
  readonly throwIfReplaced: () => void;
};

/** A look into the data file takes ten times as long as one at it, so it is made only after this time. */
const contentCheckMs = 250;

/** Watches the files of a folder that LMDB has open. */
export function watchFiles(folder: string): FileWatch {
  const path = dataFileIn(folder);
  const isSameData = sameFile(path);
  const isSameLock = sameFile(join(folder, 'lock.mdb'));
  let newest = readDataFile(path);
  let readAt = performance.now();
  const isDataThere = () => isSameData(newest.size);
  return {
    isDataThere,
    throwIfReplaced: () => {
      if (!isDataThere() || !isSameLock(0)) {
        throw new Error(
          `Expected the files of ${folder} as they were opened, got none, others or shorter ones.`,
        );
      }
      const now = performance.now();
      if (now - readAt < contentCheckMs) return;
      const found = readDataFile(path);
      if (found.transaction < newest.transaction) {
        const expected = `transaction ${newest.transaction} or a later one`;
        throw new Error(`Expected ${expected} in ${path}, got ${found.transaction}.`);
      }
      newest = found;
      readAt = now;
    },
  };
}

/** A function that tells whether a path still leads to the file that it leads to now, of so many bytes at least. */
function sameFile(path: string): (bytes: number) => boolean {
  const { ino, dev } = statSync(path);
  return (bytes) => {
    try {
      const found = statSync(path);
      return found.ino === ino && found.dev === dev && found.size >= bytes;
    } catch {
      return false;
    }
  };
}

function dataFileIn(folder: string): string {
  return join(folder, 'data.mdb');
}

type DataFile = Omit<Meta, 'pageSize'> & { readonly size: number };

/** Throws an `Error` for what is no data file. */
function readDataFile(path: string): DataFile {
  // Reading a directory fails without its name, and opening a pipe waits for a writer.
  if (!statSync(path).isFile())
    throw new Error('expected a data file of LMDB, got something that is no file');
  const file = openSync(path, 'r');
  try {
    const first = readMeta(file, 0);
    const second = readMeta(file, first.pageSize);
    const newer = first.transaction > second.transaction ? first : second;
    // The size comes last, since other processes may be writing.
    return { ...newer, size: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}

/** Of LMDB's `mdb.c` (lmdb 3.5.6): the header of a page, then `MDB_meta`, on machines of 64 bits. */
const layout = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152, bytes: 160 };
/** Where numbers of the layout are narrower: nothing is checked there. */
const narrow: readonly string[] = ['arm', 'ia32'];
const magic = 0xbeefc0de;
const version = 2;

function readMeta(file: number, position: number): Meta {
  if (narrow.includes(process.arch)) return { pageSize: 0, neededBytes: 0, transaction: 0n };
  const page = Buffer.alloc(layout.bytes);
  const bytes = readSync(file, page, 0, layout.bytes, position);
  if (bytes < layout.bytes) throw new Error(`expected a data file of LMDB, got ${position + bytes} bytes`);
  if (page.readUInt32LE(layout.magic) !== magic) throw new Error('expected a data file of LMDB, got another');
  const found = page.readUInt16LE(layout.version);
  if (found !== version) throw new Error(`expected version ${version} of LMDB's data files, got ${found}`);
  const pageSize = page.readUInt32LE(layout.pageSize);
  return {
    pageSize,
    neededBytes: (Number(page.readBigUInt64LE(layout.lastPage)) + 1) * pageSize,
    transaction: page.readBigUInt64LE(layout.transaction),
  };
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
