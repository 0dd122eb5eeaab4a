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
  const changes = new EventEmitter().setMaxListeners(0);
  let subscriptions = 0;
  let seen = new Set<string>();
  // Not `seen`: it also has characters that this process created, which may be newer than some not polled yet,
  // and would hide the hole between two polls.
  let atLastPoll = new Set<string>();
  let firstRead: Promise<void> | undefined;
  let log: string[] = [];
  let forgotten = 0;

  function add(ids: readonly string[]): void {
    const fresh = subscriptions === 0 ? [] : ids.filter((id) => !seen.has(id));
    if (fresh.length === 0) return;
    for (const id of fresh) seen.add(id);
    log.push(...fresh);
    const surplus = Math.max(0, log.length - keptIds);
    log = log.slice(surplus);
    forgotten += surplus;
    changes.emit('created');
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
      let position = forgotten + log.length;
      try {
        firstRead ??= readAll();
        await firstRead;
        while (!signal.aborted) {
          const id = log[position - forgotten];
          if (id === undefined) await nextChange(changes, 'created', signal);
          else {
            position += 1;
            yield id;
          }
          position = Math.max(position, forgotten);
        }
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
