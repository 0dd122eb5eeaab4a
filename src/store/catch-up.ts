import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Bell, createBell } from './bell.ts';
import { StoreFault } from './errors.ts';
import { fromItem, type StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type RecordedEvent, recordedPage } from './history.ts';
import type { Poller } from './poller.ts';

/** What is followed in this process. Followers of one character share what is found of it. */
export type CatchUp = {
  /**
   * A character's events after a version (−1: all of them; left out: those from now on), in order and without
   * end, until the signal is aborted. It is a cursor, not a queue: who is slow reads later. Costs a query of one
   * item, and one for each page of events that are there already.
   */
  readonly events: (
    characterId: string,
    afterVersion: number | undefined,
    signal: AbortSignal,
  ) => AsyncGenerator<RecordedEvent>;
  /** Tells of items that are stored, so that nobody has to wait for the next round. */
  readonly saw: (items: readonly StoredItem[]) => void;
  /** Looks for what others stored: one `get` of the version that comes next, for all characters together. */
  readonly look: () => Promise<void>;
};

/** What is known of a followed character. */
type Stream = {
  /** The newest version; −1 before the first, `undefined` until it is read or seen. */
  latest: number | undefined;
  /** The newest items, versions in a row up to the latest. */
  recent: readonly StoredItem[];
  followers: number;
  readonly bell: Bell;
};

const pageSize = 50;
const keptItems = 10;
const pauseMs = 500;

/** Followers of characters, whom a poller lets look. */
export function createCatchUp(table: EventTable, poller: Pick<Poller, 'join'>): CatchUp {
  const streams = new Map<string, Stream>();

  function join(characterId: string): Stream {
    const stream = streams.get(characterId) ?? {
      latest: undefined,
      recent: [],
      followers: 0,
      bell: createBell(),
    };
    streams.set(characterId, stream);
    stream.followers += 1;
    return stream;
  }

  function leave(characterId: string, stream: Stream): void {
    stream.followers -= 1;
    if (stream.followers === 0) streams.delete(characterId);
  }

  function saw(items: readonly StoredItem[]): void {
    for (const item of items) {
      const stream = streams.get(item.Id);
      if (stream === undefined) continue;
      const { latest = -1 } = stream;
      if (item.Version <= latest) continue;
      const before = item.Version === latest + 1 ? stream.recent : [];
      stream.recent = [...before, item].slice(-keptItems);
      stream.latest = item.Version;
      stream.bell.ring();
    }
  }

  async function newer(characterId: string, { recent }: Stream, position: number, signal: AbortSignal) {
    const [oldest] = recent;
    if (oldest !== undefined && oldest.Version <= position + 1) {
      return recent.filter(({ Version }) => Version > position);
    }
    return table.query(characterId, { from: position + 1, limit: pageSize }, signal);
  }

  async function* events(characterId: string, afterVersion: number | undefined, signal: AbortSignal) {
    const stopPolling = poller.join();
    const stream = join(characterId);
    try {
      saw(await patiently(() => table.query(characterId, { descending: true, limit: 1 }, signal), signal));
      if (signal.aborted) return;
      stream.latest ??= -1;
      let position = afterVersion ?? stream.latest;
      while (!signal.aborted) {
        const page =
          stream.latest > position
            ? await patiently(() => newer(characterId, stream, position, signal), signal)
            : [];
        if (page.length === 0) await stream.bell.next(signal);
        for (const event of recordedPage(table, page.map(fromItem), signal)) {
          yield event;
          position = event.version;
          // Sockets take long stretches at once; without a pause nobody else would get a turn meanwhile.
          await setImmediate();
        }
      }
    } finally {
      leave(characterId, stream);
      stopPolling();
    }
  }

  return {
    events,
    saw,
    look: async () => {
      const next = [...streams].flatMap(([Id, { latest }]) =>
        latest === undefined ? [] : [{ Id, Version: latest + 1 }],
      );
      if (next.length === 0) return;
      const found = await table.get(next);
      const unseen = found.filter(({ Id, Version }) => Version > (streams.get(Id)?.latest ?? Version));
      // Others may have stored several.
      const pages = unseen.map(({ Id, Version }) => table.query(Id, { from: Version, limit: keptItems }));
      for (const page of await Promise.all(pages)) saw(page);
    },
  };
}

/** What a read comes to, in however many tries; nothing once the signal is aborted. */
async function patiently(
  read: () => Promise<readonly StoredItem[]>,
  signal: AbortSignal,
): Promise<readonly StoredItem[]> {
  while (!signal.aborted) {
    try {
      return await read();
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof StoreFault && error.retryable)) throw error;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return [];
}
