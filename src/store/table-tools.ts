import type { StoredItem } from './event-item.ts';
import type { DirectoryEntry } from './event-table.ts';

/** What is done with a whole table by hand. For the command line only: no request pays for a scan. */
export type TableTools = {
  /** Every item of the table, in the engine's own order; what is inserted meanwhile may be missed. */
  readonly scan: () => AsyncIterable<StoredItem>;
  /** The id of every item, as `scan` would come to it; it may tell an id once or for each item. */
  readonly ids: () => AsyncIterable<string>;
  /** Enters a character through its first event, unless it is in the directory already. One write. */
  readonly enterDirectory: (entry: DirectoryEntry) => Promise<void>;
};
