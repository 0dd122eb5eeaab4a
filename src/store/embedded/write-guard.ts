import { statfsSync } from 'node:fs';
import { outcomeUnknown, StoreFault } from '../errors.ts';

/** Decides whether a folder may be written to. Once a write has failed, it never may again in this process. */
export type WriteGuard = {
  /** Throws the fault that ended writing, if one did. */
  readonly throwIfEnded: () => void;
  /**
   * Runs a write of so many items, if the disk has room for it and for all writes under way. Throws
   * `STORE_UNAVAILABLE` if not, and `OUTCOME_UNKNOWN` if the commit fails; both end writing.
   */
  readonly write: <Result>(items: number, work: () => Promise<Result>) => Promise<Result>;
};

/** Disk space for what a commit writes besides its items: changed pages of the trees, free lists. */
const reservedBytes = 128 * 1_024;
/** An item with the longest note, and the page of the tree that it goes to. */
const bytesPerItem = 24 * 1_024;
/** A `statfs` takes as long as an insert, so writes reuse the last one for this long. */
const diskCheckMs = 10;

/** A guard of a folder. `onFailure` is called once, for the fault that ends writing. */
export function createWriteGuard(folder: string, onFailure: (fault: StoreFault) => void): WriteGuard {
  let failure: StoreFault | undefined;
  let itemsUnderWay = 0;
  let lastCheck = { freeBytes: 0, at: Number.NEGATIVE_INFINITY, itemsSince: 0 };

  function fail(cause: unknown): StoreFault {
    if (failure !== undefined) return failure;
    const message = 'The embedded store cannot write; it has to be started again.';
    failure = new StoreFault('STORE_UNAVAILABLE', message, { retryable: true, cause });
    onFailure(failure);
    return failure;
  }

  // A commit must never meet a full disk: LMDB then writes its message beyond the end of a buffer (lmdb 3.5.6,
  // `mdb_page_flush`), and the process may crash at any time after that.
  function throwIfFull(): void {
    const now = performance.now();
    if (now - lastCheck.at >= diskCheckMs) {
      const { bavail, bsize } = statfsSync(folder);
      lastCheck = { freeBytes: bavail * bsize, at: now, itemsSince: itemsUnderWay };
    }
    const { freeBytes, itemsSince } = lastCheck;
    const needed = reservedBytes + itemsSince * bytesPerItem;
    if (freeBytes >= needed) return;
    throw fail(new Error(`Expected ${needed} bytes free on the disk of ${folder}, got ${freeBytes}.`));
  }

  return {
    throwIfEnded: () => {
      if (failure !== undefined) throw failure;
    },
    write: async (items, work) => {
      itemsUnderWay += items;
      lastCheck.itemsSince += items;
      try {
        throwIfFull();
        return await work();
      } catch (error) {
        if (!isFailedCommit(error)) throw error;
        // LMDB gives its reason as a promise beside the error; unhandled, it would end the process.
        const reason = await Promise.resolve(error.commitError).catch((cause: unknown) => cause);
        fail(reason);
        throw outcomeUnknown('The embedded store failed to commit.', reason);
      } finally {
        itemsUnderWay -= items;
      }
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
