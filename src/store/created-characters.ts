import { createBell } from './bell.ts';
import { listedAt, type StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import type { Poller } from './poller.ts';

/** The characters that are created while somebody waits for them. */
export type CreatedCharacters = {
  /**
   * The ids of characters that are created from now on, as they come, without end, until the signal is aborted.
   * Throws `DIRECTORY_MISSING` if the table has no directory.
   */
  readonly ids: (signal: AbortSignal) => AsyncGenerator<string>;
  /** Tells of items that are stored, so that nobody has to wait for the next round. */
  readonly saw: (items: readonly StoredItem[]) => void;
  /** Looks into the directory for what others created: one read of its newest entries. */
  readonly look: () => Promise<void>;
};

/** How many of the newest entries a look compares; more, if none of them was there at the last look. */
const firstLook = 20;
const longestLook = 1_000;
/** How many ids are kept for those who are slow. */
const keptIds = 10_000;

/** CreatedCharacters, whom a poller lets look. */
export function createCreatedCharacters(table: EventTable, poller: Pick<Poller, 'join'>): CreatedCharacters {
  const bell = createBell();
  let waiting = 0;
  let seen = new Set<string>();
  // What is seen may not serve for this: one that this process created may be newer than many that are unseen.
  let atLastLook = new Set<string>();
  let before: Promise<void> | undefined;
  let log: string[] = [];
  let forgotten = 0;

  function add(ids: readonly string[]): void {
    const fresh = waiting === 0 ? [] : ids.filter((id) => !seen.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) seen.add(id);
    log.push(...fresh);
    const surplus = Math.max(0, log.length - keptIds);
    log = log.slice(surplus);
    forgotten += surplus;
    bell.ring();
  }

  async function newest(limit: number): Promise<readonly string[]> {
    return (await table.directory({ limit })).map(({ characterId }) => characterId);
  }

  async function seeAll(): Promise<void> {
    const ids = await newest(longestLook);
    for (const id of ids) seen.add(id);
    atLastLook = new Set(ids);
  }

  return {
    ids: async function* (signal) {
      const stopPolling = poller.join();
      waiting += 1;
      let position = forgotten + log.length;
      try {
        before ??= seeAll();
        await before;
        while (!signal.aborted) {
          const id = log[position - forgotten];
          if (id === undefined) await bell.next(signal);
          else {
            position += 1;
            yield id;
          }
          position = Math.max(position, forgotten);
        }
      } finally {
        waiting -= 1;
        if (waiting === 0) {
          before = undefined;
          seen = new Set();
        }
        stopPolling();
      }
    },
    saw: (items) => add(items.flatMap((item) => (listedAt(item) === undefined ? [] : [item.Id]))),
    look: async () => {
      if (before === undefined) return;
      await before;
      let ids = await newest(firstLook);
      const joinsOn = ids.length < firstLook || ids.some((id) => atLastLook.has(id));
      if (!joinsOn) ids = await newest(longestLook);
      atLastLook = new Set(ids);
      add(ids.toReversed());
    },
  };
}
