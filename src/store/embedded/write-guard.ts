import { statfsSync } from 'node:fs';
import { outcomeUnknown, StoreFault } from '../errors.ts';
import { watchFiles } from './data-file.ts';
import { onceATurn } from './turn.ts';

/** Decides whether a folder may be written to. Once a write has failed, it never may again in this process. */
export type WriteGuard = {
  /** Looks at the disk, unless that was just done. Throws the fault that ended writing, if one did. */
  readonly throwIfEnded: () => void;
  /**
   * Throws `STORE_UNAVAILABLE` if the data file was found replaced, so that nothing that is read can be relied on, or
   * if the guard is closed.
   */
  readonly throwIfUnreadable: () => void;
  /**
   * Runs a write of so many items, if the disk has room for it and for all writes under way. Throws
   * `STORE_UNAVAILABLE` if not, and `OUTCOME_UNKNOWN` if the commit fails or the data file is no longer where it
   * was; both end writing.
   */
  readonly write: <Result>(items: number, work: () => Promise<Result>) => Promise<Result>;
  /** Lets no further read or write begin: LMDB would end the process. Ends the looks of an idle guard. */
  readonly close: () => void;
};

/** Disk space for what a commit writes besides its items: changed pages of the trees, free lists. */
const reservedBytes = 128 * 1_024;
/** An item with the longest note, and the page of the tree that it goes to. */
const bytesPerItem = 24 * 1_024;
/** A look at the disk takes as long as an insert, so writes reuse the last one for this long. */
const diskCheckMs = 10;
/** How often an idle guard looks whether the data file was replaced. */
const idleCheckMs = 1_000;

const closedMessage = 'The embedded store is closed.';
const endedMessage = 'The embedded store cannot write; it has to be started again.';

/** A guard of a folder. `onFailure` is called once, for the fault that ends writing. */
export function createWriteGuard(folder: string, onFailure: (fault: StoreFault) => void): WriteGuard {
  const disk = createDiskWatch(folder);
  let failure: StoreFault | undefined;
  let isClosed = false;
  function fail(cause: unknown): StoreFault {
    if (failure !== undefined) return failure;
    failure = new StoreFault('STORE_UNAVAILABLE', endedMessage, { retryable: true, cause });
    onFailure(failure);
    return failure;
  }

  function look(): void {
    const problem = failure === undefined ? disk.look() : undefined;
    if (problem !== undefined) fail(problem);
  }

  function throwIfEnded(): void {
    look();
    if (failure !== undefined) throw failure;
  }

  // What LMDB commits to a file that is no longer at its path is lost.
  function throwIfGone(): void {
    if (disk.isDataThere()) return;
    disk.forget();
    look();
    throw outcomeUnknown('The data file of the embedded store was replaced during the commit.', failure);
  }

  const idleCheck = setInterval(look, idleCheckMs).unref();
  return {
    throwIfEnded,
    throwIfUnreadable: () => {
      if (isClosed || disk.isReplaced()) throw failure;
    },
    write: async (items, work) => {
      const written = disk.begin(items);
      try {
        throwIfEnded();
        const shortage = disk.shortage();
        if (shortage !== undefined) throw fail(shortage);
        const result = await work();
        throwIfGone();
        return result;
      } catch (error) {
        if (!isFailedCommit(error)) throw error;
        const { cause } = fail(await reasonOf(error));
        throw outcomeUnknown('The embedded store failed to commit.', cause);
      } finally {
        written();
      }
    },
    close: () => {
      clearInterval(idleCheck);
      isClosed = true;
      failure ??= new StoreFault('STORE_UNAVAILABLE', closedMessage, { retryable: false });
    },
  };
}

/** LMDB gives its reason as a promise beside the error; unhandled, it would end the process. */
function reasonOf({ commitError }: { readonly commitError: unknown }): Promise<unknown> {
  return Promise.resolve(commitError).catch((cause: unknown) => cause);
}

/** What the disk and the files of a folder were at the last look, and what is written to it since. */
function createDiskWatch(folder: string) {
  const files = watchFiles(folder);
  let itemsUnderWay = 0;
  let last = { freeBytes: 0, at: Number.NEGATIVE_INFINITY, itemsSince: 0 };
  let isReplaced = false;
  const isDataThere = onceATurn(files.isDataThere);
  return {
    /** Whether a look found the files replaced. */
    isReplaced: () => isReplaced,
    isDataThere: () => !isReplaced && isDataThere(),
    /** Looks, unless the last look is less than 10 ms old. Gives what is wrong if the files were replaced. */
    look: (): unknown => {
      const now = performance.now();
      if (now - last.at < diskCheckMs) return undefined;
      try {
        files.throwIfReplaced();
        const { bavail, bsize } = statfsSync(folder);
        last = { freeBytes: bavail * bsize, at: now, itemsSince: itemsUnderWay };
        return undefined;
      } catch (problem) {
        isReplaced = true;
        return problem;
      }
    },
    /** Makes the next `look` look in any case. */
    forget: (): void => {
      last.at = Number.NEGATIVE_INFINITY;
    },
    /** Counts items that are about to be written. The function that it gives says that they are. */
    begin: (items: number): (() => void) => {
      itemsUnderWay += items;
      last.itemsSince += items;
      return () => {
        itemsUnderWay -= items;
      };
    },
    // A commit must never meet a full disk: LMDB then writes its message beyond the end of a buffer (lmdb 3.5.6,
    // `mdb_page_flush`), and the process may crash at any time after that.
    shortage: (): Error | undefined => {
      const needed = reservedBytes + last.itemsSince * bytesPerItem;
      if (last.freeBytes >= needed) return undefined;
      return new Error(`Expected ${needed} bytes free on the disk of ${folder}, got ${last.freeBytes}.`);
    },
  };
}

/**
 * Whether an error is that of a failed commit of LMDB. lmdb rejects the insert with it, and also a promise of its
 * own that no other code can reach: a process with an embedded store has to expect it as an unhandled rejection.
 */
export function isFailedCommit(error: unknown): error is Error & { readonly commitError: unknown } {
  return error instanceof Error && 'commitError' in error;
}
