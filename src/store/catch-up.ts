import { EventEmitter, setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { fromItem, type StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type RecordedEvent, recordedPage } from './history.ts';
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
   * repeats, until the signal aborts. It is a cursor, not a queue: a slow reader reads later, and costs no memory.
   * One query of one item, then one for each 50 events that it is behind. Retryable faults are waited out, others
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

const pageSize = 50;
const keptItems = 10;
/** Of how many characters of a subscription to many the newest version is read at once. */
const beginningsAtOnce = 50;

/** Catch-up subscriptions over a table. The poller runs `poll` while there is one. */
export function createCatchUp(table: EventTable, poller: Poller): CatchUp {
  const streams = new Map<string, Stream>();
  const publish: CatchUp['publish'] = (items) => {
    for (const item of items) append(streams.get(item.Id), item);
  };
  const join = (characterId: string): Stream => {
    const stream = streams.get(characterId) ?? newStream();
    streams.set(characterId, stream);
    stream.subscriptions += 1;
    return stream;
  };
  const leave = (characterId: string, stream: Stream): void => {
    stream.subscriptions -= 1;
    if (stream.subscriptions === 0) streams.delete(characterId);
  };
  /** Reads the newest version of a stream; gives where a subscription begins that knows this one. */
  const begin = async (
    { characterId, afterVersion }: Followed,
    stream: Stream,
    signal: AbortSignal,
  ): Promise<number> => {
    publish((await patiently(() => table.query(characterId, newestOnly, signal), signal)) ?? []);
    if (!signal.aborted) stream.newest ??= -1;
    return afterVersion ?? stream.newest ?? -1;
  };
  return {
    publish,
    subscribe: async function* (characterId, afterVersion, signal) {
      setMaxListeners(0, signal);
      const stopPolling = poller.start();
      const stream = join(characterId);
      try {
        const after = await begin({ characterId, afterVersion }, stream, signal);
        yield* eventsAfter(table, characterId, stream, after, signal);
      } finally {
        leave(characterId, stream);
        stopPolling();
      }
    },
    subscribeAll: async function* (characters, signal) {
      setMaxListeners(0, signal);
      const stopPolling = poller.start();
      const joined = characters.map((followed) => ({ followed, stream: join(followed.characterId) }));
      try {
        const cursors: Cursor[] = [];
        for (let start = 0; start < joined.length; start += beginningsAtOnce) {
          const some = joined.slice(start, start + beginningsAtOnce).map(async ({ followed, stream }) => {
            const position = await begin(followed, stream, signal);
            cursors.push({ characterId: followed.characterId, stream, position });
          });
          await Promise.all(some);
        }
        yield* eventsOfAll(table, cursors, signal);
      } finally {
        for (const { followed, stream } of joined) leave(followed.characterId, stream);
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

/** The cursor: reads what comes after its position, or waits for the next item. */
async function* eventsAfter(
  table: EventTable,
  characterId: string,
  stream: Stream,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent> {
  let position = after;
  while (!signal.aborted) {
    const isBehind = (stream.newest ?? -1) > position;
    const page = isBehind
      ? ((await patiently(() => nextItems(table, characterId, stream, position, signal), signal)) ?? [])
      : [];
    if (page.length === 0) await nextChange(stream.changes, 'appended', signal);
    for (const event of recordedPage(table, page.map(fromItem), signal)) {
      yield event;
      position = event.version;
      // A socket takes a long page without waiting; other requests get a turn between two events.
      await setImmediate();
    }
  }
}

/** A place in the history of one of many characters. */
type Cursor = { readonly characterId: string; readonly stream: Stream; position: number };

/** The cursors in turn: each that may be behind reads a page, or all wait for the next item of any. */
async function* eventsOfAll(
  table: EventTable,
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
      const { characterId, stream, position } = cursor;
      if ((stream.newest ?? -1) <= position) continue;
      const read = () => nextItems(table, characterId, stream, position, signal);
      const page = (await patiently(read, signal)) ?? [];
      for (const event of recordedPage(table, page.map(fromItem), signal)) {
        yield event;
        cursor.position = event.version;
        await setImmediate();
      }
      if (page.length > 0) toLookAt.add(cursor);
    }
  } finally {
    for (const stop of stops) stop();
  }
}

/** The next items after a position: from the shared recent ones if they reach back that far, else a page. */
async function nextItems(
  table: EventTable,
  characterId: string,
  { recent }: Stream,
  position: number,
  signal: AbortSignal,
): Promise<readonly StoredItem[]> {
  const [oldest] = recent;
  if (oldest !== undefined && oldest.Version <= position + 1) {
    return recent.filter(({ Version }) => Version > position);
  }
  return table.query(characterId, { from: position + 1, limit: pageSize }, signal);
}
