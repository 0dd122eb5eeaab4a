import { EventEmitter, setMaxListeners } from 'node:events';
import { fromItem, type StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type RecordedEvent, recordedPage } from './history.ts';
import { createTurnQueue } from './turn-queue.ts';
import { nextChange, type Poller, patiently } from './waiting.ts';

/** A character to follow. */
export type Followed = {
  readonly characterId: string;
  /** The last version that is known; −1: none; left out: the newest. */
  readonly afterVersion: number | undefined;
};

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
  /**
   * The events of many characters, each once, as one stream: for each character as `subscribe` gives them, a page of
   * each in turn where several are behind. It holds one page at a time.
   */
  readonly subscribeAll: (
    characters: readonly Followed[],
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
/** Of how many characters of a subscription to many the newest version is read at once. */
const beginningsAtOnce = 50;

/** Catch-up subscriptions over a table. The poller runs `poll` while there is one. */
export function createCatchUp(table: EventTable, poller: Poller): CatchUp {
  const { join, publish, poll } = createStreams(table);
  const shared = { table, turn: createTurnQueue() };
  return {
    publish,
    poll,
    subscribe: async function* (characterId, afterVersion, signal) {
      setMaxListeners(0, signal);
      const stopPolling = poller.start();
      const { begin, leave } = join({ characterId, afterVersion });
      try {
        yield* eventsAfter(shared, await begin(signal), signal);
      } finally {
        leave();
        stopPolling();
      }
    },
    subscribeAll: async function* (characters, signal) {
      setMaxListeners(0, signal);
      const stopPolling = poller.start();
      const joined = characters.map(join);
      try {
        const cursors: Cursor[] = [];
        for (let start = 0; start < joined.length; start += beginningsAtOnce) {
          const some = joined.slice(start, start + beginningsAtOnce);
          cursors.push(...(await Promise.all(some.map(({ begin }) => begin(signal)))));
        }
        yield* eventsOfAll(shared, cursors, signal);
      } finally {
        for (const { leave } of joined) leave();
        stopPolling();
      }
    },
  };
}

/** A subscription of a stream: `begin` reads the newest version, and gives the place to go on from. */
type Joined = { readonly begin: (signal: AbortSignal) => Promise<Cursor>; readonly leave: () => void };

/** The streams of characters that have subscriptions. */
function createStreams(table: EventTable) {
  const streams = new Map<string, Stream>();
  const publish: CatchUp['publish'] = (items) => {
    for (const item of items) append(streams.get(item.Id), item);
  };
  return {
    publish,
    join: ({ characterId, afterVersion }: Followed): Joined => {
      const stream = streams.get(characterId) ?? newStream();
      streams.set(characterId, stream);
      stream.subscriptions += 1;
      return {
        begin: async (signal) => {
          publish((await patiently(() => table.query(characterId, newestOnly, signal), signal)) ?? []);
          if (!signal.aborted) stream.newest ??= -1;
          return newCursor(characterId, stream, afterVersion ?? stream.newest ?? -1);
        },
        leave: () => {
          stream.subscriptions -= 1;
          if (stream.subscriptions === 0) streams.delete(characterId);
        },
      };
    },
    poll: async (): Promise<void> => {
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

/** What subscriptions share. In each turn one of them reads a page, or goes on with it, so that other requests get theirs. */
type Shared = { readonly table: EventTable; readonly turn: () => Promise<void> };

/** A place in the history of a character. */
type Cursor = {
  readonly characterId: string;
  readonly stream: Stream;
  /** The version of the last event given. */
  position: number;
  /** How many events the next page may have. */
  limit: number;
};

function newCursor(characterId: string, stream: Stream, position: number): Cursor {
  return { characterId, stream, position, limit: itemsOfPage(stream.recent.slice(-1)) };
}

/** Gives what comes after the cursor, or waits for the next item. */
async function* eventsAfter(
  shared: Shared,
  cursor: Cursor,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent> {
  while (!signal.aborted) {
    const events = await nextEvents(shared, cursor, signal);
    if (events.length === 0) await nextChange(cursor.stream.changes, 'appended', signal);
    for (const event of events) {
      if (event !== events[0]) await shared.turn();
      yield event;
      cursor.position = event.version;
    }
  }
}

/** The next page after the cursor, of the shared recent items if they reach back that far; empty if there is nothing yet. */
async function nextEvents(
  { table, turn }: Shared,
  cursor: Cursor,
  signal: AbortSignal,
): Promise<readonly RecordedEvent[]> {
  const { characterId, stream, position, limit } = cursor;
  if ((stream.newest ?? -1) <= position) return [];
  let items = recentAfter(stream, position);
  if (items === undefined) {
    await turn();
    const read = () => table.query(characterId, { from: position + 1, limit }, signal);
    items = (await patiently(read, signal)) ?? [];
  }
  cursor.limit = itemsOfPage(items);
  return recordedPage(table, withinPage(items).map(fromItem), signal);
}

/** The recent items after a position; `undefined` if they do not reach back to it. */
function recentAfter({ recent }: Stream, position: number): readonly StoredItem[] | undefined {
  const [oldest] = recent;
  if (oldest === undefined || oldest.Version > position + 1) return undefined;
  return recent.filter(({ Version }) => Version > position);
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

/** The cursors in turn: each that may be behind reads a page, or all wait for the next item of any. */
async function* eventsOfAll(
  shared: Shared,
  cursors: readonly Cursor[],
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent> {
  const news = new EventEmitter();
  const toLookAt = new Set(cursors);
  const stops = cursors.map((cursor) => {
    const note = () => {
      toLookAt.add(cursor);
      news.emit('appended');
    };
    cursor.stream.changes.on('appended', note);
    return () => cursor.stream.changes.off('appended', note);
  });
  try {
    while (!signal.aborted) {
      const [cursor] = toLookAt;
      if (cursor === undefined) {
        await nextChange(news, 'appended', signal);
        continue;
      }
      toLookAt.delete(cursor);
      const events = await nextEvents(shared, cursor, signal);
      for (const event of events) {
        if (event !== events[0]) await shared.turn();
        yield event;
        cursor.position = event.version;
      }
      if (events.length > 0) toLookAt.add(cursor);
    }
  } finally {
    for (const stop of stops) stop();
  }
}
