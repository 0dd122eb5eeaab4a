import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { placeOf } from './directory-lists.ts';
import { untilAborted } from './errors.ts';
import type { StoredItem } from './event-item.ts';
import type { DirectoryEntry, EventTable } from './event-table.ts';
import { nextChange, type Poller, patiently } from './waiting.ts';

/** Subscriptions to the creation of characters, in this process. */
export type CreatedCharacters = {
  /**
   * The ids of characters that are created from now on, each once, until the signal aborts. The first subscription
   * looks into the directory; retryable faults are waited out. Throws `DIRECTORY_MISSING` if the table has none.
   */
  readonly subscribe: (signal: AbortSignal) => AsyncGenerator<string>;
  /** Wakes the subscriptions to characters that this process created, at once. */
  readonly publish: (items: readonly StoredItem[]) => void;
  /**
   * Looks into the directory for what other processes created: one read of its 20 newest entries, and one for each
   * 500 more of the last 10 minutes, 5,000 at most.
   */
  readonly poll: () => Promise<void>;
};

/**
 * So late an entry of the directory may come in below newer ones, where clocks differ and inserts take their time. AWS
 * refuses what is signed by a clock that is 5 minutes off, so two differ by 10 at most.
 */
export const directoryGraceMs = 10 * 60_000;
const firstRead = 20;
const furtherReads = 500;
const longestLook = 5_000;
/**
 * How long an id below the floor is kept that no look meets: it is in the directory later than in the table, or too far
 * down. One above the floor may be put away, and come back.
 */
const forgottenAfterMs = 60_000;
/** How many ids are kept for slow subscribers. */
const keptIds = 10_000;

/** What the subscriptions of this process know, from the first of them to the last. */
type Watch = {
  subscriptions: number;
  /** When each id was met last, by `performance.now`, and when it entered the directory. */
  readonly seen: Map<string, { readonly at: number; readonly listedAt: string }>;
  /** No look goes below this time of listing. It only rises: to the newest entry that is old. */
  floor: string;
  firstLook: Promise<void> | undefined;
};

/** Subscriptions to created characters over a table. The poller runs `poll` while there is one. */
export function createCreatedCharacters(
  table: EventTable,
  poller: Poller,
  clock: () => Date,
): CreatedCharacters {
  const log = createIdLog();
  let watch: Watch | undefined;

  /** Adds the entries above the floor, the oldest first, and raises the floor. */
  async function look(current: Watch, isFirst: boolean): Promise<void> {
    const old = new Date(clock().getTime() - directoryGraceMs).toISOString();
    const entries = await newestEntries(table, isFirst ? old : current.floor);
    if (current !== watch) return;
    const above = entries.filter((entry) => entry.listedAt > current.floor);
    const fresh = addTo(current, above.toReversed());
    if (!isFirst) log.append(fresh);
    const beyond = entries.length < longestLook ? undefined : entries.at(-1);
    const { listedAt: floor = '' } = entries.find((entry) => entry.listedAt < old) ?? beyond ?? {};
    if (floor > current.floor) current.floor = floor;
  }

  function firstLook(current: Watch): Promise<void> {
    current.firstLook ??= look(current, true).catch((error) => {
      current.firstLook = undefined;
      throw error;
    });
    return current.firstLook;
  }

  return {
    subscribe: async function* (signal) {
      const current = watch ?? { subscriptions: 0, seen: new Map(), floor: '', firstLook: undefined };
      watch = current;
      current.subscriptions += 1;
      const stopPolling = poller.start();
      const end = log.end();
      try {
        await patiently(() => untilAborted(firstLook(current), signal, () => undefined), signal);
        yield* log.idsAfter(end, signal);
      } finally {
        current.subscriptions -= 1;
        if (current.subscriptions === 0) watch = undefined;
        stopPolling();
      }
    },
    publish: (items) => {
      const places = items.flatMap((item) => placeOf(item) ?? []);
      const listed = places.filter(({ list }) => list === 'CHARACTERS');
      if (watch !== undefined && listed.length > 0) log.append(addTo(watch, listed));
    },
    poll: async () => {
      const current = watch;
      if (current?.firstLook === undefined) return;
      await current.firstLook;
      await look(current, false);
      forget(current);
    },
  };
}

/** Forgets ids that no look has met for a minute and none will meet. */
function forget({ seen, floor }: Watch): void {
  const forgotten = performance.now() - forgottenAfterMs;
  for (const [id, { at, listedAt }] of seen) if (at < forgotten && listedAt <= floor) seen.delete(id);
}

/** Notes entries that are met now. Gives the ids of those that were not met before. */
function addTo({ seen }: Watch, entries: readonly DirectoryEntry[]): readonly string[] {
  const at = performance.now();
  const fresh = entries.filter(({ characterId }) => !seen.has(characterId));
  for (const { characterId, listedAt } of entries) seen.set(characterId, { at, listedAt });
  return fresh.map(({ characterId }) => characterId);
}

/** The newest entries, down to the first that is not above the floor. */
async function newestEntries(table: EventTable, floor: string): Promise<readonly DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  for (let limit = firstRead; ; limit = furtherReads) {
    const page = await table.directory({ after: entries.at(-1), limit });
    const last = page.findIndex((entry) => entry.listedAt <= floor);
    entries.push(...(last === -1 ? page : page.slice(0, last + 1)));
    if (last !== -1 || page.length < limit || entries.length >= longestLook) return entries;
    // The embedded store reads without waiting; other requests get a turn between two pages.
    await setImmediate();
  }
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
      if (more.length === 0) return;
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
