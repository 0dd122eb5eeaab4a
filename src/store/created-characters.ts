import { EventEmitter } from 'node:events';
import { nextChange, type Poller } from './catch-up.ts';
import { listedAt, type StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';

/** Subscriptions to the creation of characters, in this process. */
export type CreatedCharacters = {
  /**
   * The ids of characters that are created from now on, each once, until the signal aborts. One read of the 1,000
   * newest directory entries, shared by all subscriptions. Throws `DIRECTORY_MISSING` if the table has no directory.
   */
  readonly subscribe: (signal: AbortSignal) => AsyncGenerator<string>;
  /** Wakes the subscriptions to characters that this process created, at once. */
  readonly publish: (items: readonly StoredItem[]) => void;
  /** Looks into the directory for what other processes created: one read of its newest entries. */
  readonly poll: () => Promise<void>;
};

/** How many of the newest entries a poll compares; more, if none of them was there at the last poll. */
const firstLook = 20;
const longestLook = 1_000;
/** How many ids are kept for slow subscribers. */
const keptIds = 10_000;

/** Subscriptions to created characters over a table. The poller runs `poll` while there is one. */
export function createCreatedCharacters(table: EventTable, poller: Poller): CreatedCharacters {
  const log = createIdLog();
  let subscriptions = 0;
  let seen = new Set<string>();
  // Not `seen`: it also has characters that this process created, which may be newer than some not polled yet,
  // and would hide the hole between two polls.
  let atLastPoll = new Set<string>();
  let firstRead: Promise<void> | undefined;

  function add(ids: readonly string[]): void {
    const fresh = subscriptions === 0 ? [] : ids.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    if (fresh.length > 0) log.append(fresh);
  }

  async function newest(limit: number): Promise<readonly string[]> {
    return (await table.directory({ limit })).map(({ characterId }) => characterId);
  }

  async function readAll(): Promise<void> {
    const ids = await newest(longestLook);
    for (const id of ids) seen.add(id);
    atLastPoll = new Set(ids);
  }

  return {
    subscribe: async function* (signal) {
      const stopPolling = poller.start();
      subscriptions += 1;
      const end = log.end();
      try {
        firstRead ??= readAll();
        await firstRead;
        yield* log.idsAfter(end, signal);
      } finally {
        subscriptions -= 1;
        if (subscriptions === 0) {
          firstRead = undefined;
          seen = new Set();
        }
        stopPolling();
      }
    },
    publish: (items) => add(items.flatMap((item) => (listedAt(item) === undefined ? [] : [item.Id]))),
    poll: async () => {
      if (firstRead === undefined) return;
      await firstRead;
      let ids = await newest(firstLook);
      const touches = ids.length < firstLook || ids.some((id) => atLastPoll.has(id));
      if (!touches) ids = await newest(longestLook);
      atLastPoll = new Set(ids);
      add(ids.toReversed());
    },
  };
}

/** The last 10,000 ids, for readers that each stand at a place of their own. */
function createIdLog() {
  const changes = new EventEmitter().setMaxListeners(0);
  let ids: string[] = [];
  let dropped = 0;
  return {
    /** The place after the last id. */
    end: () => dropped + ids.length,
    append: (more: readonly string[]) => {
      ids = [...ids, ...more];
      const surplus = Math.max(0, ids.length - keptIds);
      ids = ids.slice(surplus);
      dropped += surplus;
      changes.emit('created');
    },
    /** The ids from a place on, as they come, until the signal aborts. A reader that is too slow skips dropped ones. */
    idsAfter: async function* (place: number, signal: AbortSignal): AsyncGenerator<string> {
      let position = place;
      while (!signal.aborted) {
        position = Math.max(position, dropped);
        const id = ids[position - dropped];
        if (id === undefined) await nextChange(changes, 'created', signal);
        else {
          position += 1;
          yield id;
        }
      }
    },
  };
}
