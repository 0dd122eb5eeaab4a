import type { EventKey, SnapshotAttribute, StoredItem } from './event-item.ts';
import type { DirectoryEntry } from './event-table.ts';

/** What is done with a whole table by hand. For the command line only: no request pays for a scan. */
export type TableTools = {
  /** Every item of the table, in the engine's own order; what is inserted meanwhile may be missed. */
  readonly scan: () => AsyncIterable<StoredItem>;
  /** The id of every item, as `scan` would come to it; it may tell an id once or for each item. */
  readonly ids: () => AsyncIterable<string>;
  /** Enters a character through its first event, unless it is in the directory already. One write. */
  readonly enterDirectory: (entry: DirectoryEntry) => Promise<void>;
  /** Writes the snapshots of stored events anew, at most 100 and nothing else. One write each. */
  readonly repairSnapshots: (repairs: readonly SnapshotRepair[]) => Promise<void>;
};

/** The snapshot that belongs into the item of this key. */
export type SnapshotRepair = { readonly key: EventKey; readonly snapshot: SnapshotAttribute };
