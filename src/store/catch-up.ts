import { EventEmitter, once, setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFault } from './errors.ts';
import { fromItem, type StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type RecordedEvent, recordedPage } from './history.ts';
import { createTurnQueue } from './turn-queue.ts';

/** Catch-up subscriptions of this process. Those to one character share what is read of it. */
export type CatchUp = {
  /**
   * A character's events after a version (−1: all of them; left out: those from now on), in order, without gaps or
   * repeats, until the signal aborts. It is a cursor, not a queue: a slow reader reads later, and holds a page at most.
   * One query of one item, then one for each 50 events that it is behind, or fewer if their notes exceed 32 KB. Retryable faults are waited out, others
   * are thrown.
   */
  readonly subscribe: (
    characterId: string,
    afterVersion: number | undefined,
    signal: AbortSignal,
  ) => AsyncGenerator<RecordedEvent>;
  /** Wakes the subscriptions to items that this process stored, at once. */
  readonly publish: (items: readonly StoredItem[]) => void;
  /** Looks for what other processes stored: one `get` of each next version, for all subscribed characters together. */
  readonly poll: () => Promise<void>;
};

/** A character with subscriptions. */
type Stream = {
  /** The newest version; −1 before the first, `undefined` until it is read or published. */
  newest: number | undefined;
  /** The newest items, versions in a row up to the newest. */
  recent: readonly StoredItem[];
  subscriptions: number;
  /** Emits `appended`. */
  readonly changes: EventEmitter;
};

/** A page has at most so many events, and bytes of their notes unless it is one event. */
const pageSize = 50;
const pageBytes = 32_000;
const keptItems = 10;
const retryPauseMs = 500;

/** Catch-up subscriptions over a table. The poller runs `poll` while there is one. */
export function createCatchUp(table: EventTable, poller: Poller): CatchUp {
  const streams = new Map<string, Stream>();
  const turn = createTurnQueue();
  const publish: CatchUp['publish'] = (items) => {
    for (const item of items) append(streams.get(item.Id), item);
  };
  return {
    publish,
    subscribe: async function* (characterId, afterVersion, signal) {
      setMaxListeners(0, signal);
      const stopPolling = poller.start();
      const stream = streams.get(characterId) ?? newStream();
      streams.set(characterId, stream);
      stream.subscriptions += 1;
      try {
        publish((await patiently(() => table.query(characterId, newestOnly, signal), signal)) ?? []);
        if (signal.aborted) return;
        stream.newest ??= -1;
        yield* eventsAfter({ table, turn }, characterId, stream, afterVersion ?? stream.newest, signal);
      } finally {
        stream.subscriptions -= 1;
        if (stream.subscriptions === 0) streams.delete(characterId);
        stopPolling();
      }
    },
    poll: async () => {
      const next = Array.from(streams).flatMap(([Id, { newest }]) =>
        newest === undefined ? [] : [{ Id, Version: newest + 1 }],
      );
      if (next.length === 0) return;
      const found = await table.get(next);
      const unseen = found.filter(({ Id, Version }) => Version > (streams.get(Id)?.newest ?? Version));
      // Another process may have stored several events since the last poll.
      const pages = unseen.map(({ Id, Version }) => table.query(Id, { from: Version, limit: keptItems }));
      for (const page of await Promise.all(pages)) publish(page);
    },
  };
}

const newestOnly = { descending: true, limit: 1 };

function newStream(): Stream {
  const changes = new EventEmitter().setMaxListeners(0);
  return { newest: undefined, recent: [], subscriptions: 0, changes };
}

/** Notes a newer item of a stream, and wakes its subscriptions. */
function append(stream: Stream | undefined, item: StoredItem): void {
  const newest = stream?.newest ?? -1;
  if (stream === undefined || item.Version <= newest) return;
  const before = item.Version === newest + 1 ? stream.recent : [];
  stream.recent = [...before, item].slice(-keptItems);
  stream.newest = item.Version;
  stream.changes.emit('appended');
}

/** What subscriptions share. In each turn one of them reads a page or gives an event, so that other requests get theirs. */
type Shared = { readonly table: EventTable; readonly turn: () => Promise<void> };

/** The cursor: reads what comes after its position, or waits for the next item. */
async function* eventsAfter(
  { table, turn }: Shared,
  characterId: string,
  stream: Stream,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent> {
  let position = after;
  let limit = itemsOfPage(stream.recent.slice(-1));
  // Beside the events no variable of the cursor holds their items, while it waits for its reader.
  const nextEvents = async (): Promise<readonly RecordedEvent[]> => {
    await turn();
    const read = () => nextItems(table, characterId, stream, { from: position + 1, limit }, signal);
    const items = (await patiently(read, signal)) ?? [];
    limit = itemsOfPage(items);
    return recordedPage(table, withinPage(items).map(fromItem), signal);
  };
  while (!signal.aborted) {
    const isBehind = (stream.newest ?? -1) > position;
    const events = isBehind ? await nextEvents() : [];
    if (events.length === 0) await nextChange(stream.changes, 'appended', signal);
    for (const event of events) {
      yield event;
      position = event.version;
      await turn();
    }
  }
}

/** How many items like these make a page: at least one. */
function itemsOfPage(items: readonly StoredItem[]): number {
  const average = items.reduce((sum, item) => sum + noteBytes(item), 0) / items.length;
  return Math.max(1, Math.min(pageSize, Math.floor(pageBytes / average) || pageSize));
}

/** The first items, for those that were expected to be smaller. */
function withinPage(items: readonly StoredItem[]): readonly StoredItem[] {
  let bytes = 0;
  return items.filter((item, nth) => {
    bytes += noteBytes(item);
    return nth === 0 || bytes <= pageBytes;
  });
}

function noteBytes({ Note }: StoredItem): number {
  return typeof Note === 'string' ? Buffer.byteLength(Note) : 0;
}

/** The next items after a position: from the shared recent ones if they reach back that far, else a page. */
async function nextItems(
  table: EventTable,
  characterId: string,
  { recent }: Stream,
  range: { readonly from: number; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly StoredItem[]> {
  const [oldest] = recent;
  if (oldest !== undefined && oldest.Version <= range.from) {
    return recent.filter(({ Version }) => Version >= range.from);
  }
  return table.query(characterId, range, signal);
}

/** Resolves at the next event of this name, or when the signal aborts. */
export async function nextChange(changes: EventEmitter, name: string, signal: AbortSignal): Promise<void> {
  await once(changes, name, { signal }).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

/** The result of a read that retries retryable faults until the signal aborts; then `undefined`. */
export async function patiently<Result>(
  read: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  while (!signal.aborted) {
    try {
      return await read();
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof StoreFault && error.retryable)) throw error;
      await sleep(retryPauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

/** A poll that runs while at least one subscription needs it. */
export type Poller = {
  /** Polls from now on. The function it returns ends that, for this caller. */
  readonly start: () => () => void;
};

/**
 * A poller that waits `everyMs` between the end of a poll and the next one, so two never overlap. A failed poll
 * does not end it; `onFailure` is called for the first failure in a row. Once `stopped` aborts it polls no more,
 * whoever still needs it.
 */
export function createPoller(
  everyMs: number,
  poll: () => Promise<void>,
  onFailure: (error: unknown) => void,
  stopped?: AbortSignal,
): Poller {
  let users = 0;
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;

  async function run(): Promise<void> {
    try {
      await poll();
      isFailing = false;
    } catch (error) {
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
    schedule();
  }

  function schedule(): void {
    timer = users === 0 || stopped?.aborted ? undefined : setTimeout(() => void run(), everyMs);
  }

  stopped?.addEventListener('abort', () => clearTimeout(timer), { once: true });

  return {
    start: () => {
      users += 1;
      if (timer === undefined) schedule();
      return () => {
        users -= 1;
      };
    },
  };
}
