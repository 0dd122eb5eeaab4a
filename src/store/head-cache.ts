import { LRUCache } from 'lru-cache';
import { type CharacterState, fold } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';
import { fromItem, type StoredEvent } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { stateAfter } from './history.ts';
import {
  countOf,
  heldKeys,
  type IdempotencyKeys,
  idempotencyKeys,
  recentEnough,
  versionHolding,
  withKey,
} from './idempotency-keys.ts';

/**
 * The head of a stream: a character's newest state, and the idempotency keys of its newest events. A value that
 * never changes. Since events never change either, a head stays true; it can only be behind.
 */
export type StreamHead = {
  readonly state: CharacterState;
  readonly keys: IdempotencyKeys;
  /** Every key from this version on is in `keys`. */
  readonly keysSince: number;
};

/** What a head keeps of an event. */
export type KeyedVersion = Pick<CharacterEvent, 'version' | 'idempotencyKey'>;

/** The version that the next event of the stream takes; 0 for a character without events. */
export function nextVersion(head: StreamHead | undefined): number {
  return head === undefined ? 0 : head.state.version + 1;
}

/** The version of the newest event that holds the key, among so many of the newest. */
export function versionOfKey(
  head: StreamHead | undefined,
  key: string | undefined,
  window: number,
): number | undefined {
  if (head === undefined || key === undefined) return undefined;
  const version = versionHolding(head.keys, key);
  return version !== undefined && version > head.state.version - window ? version : undefined;
}

/** Whether a key that the head lacks is held by none of so many of the newest events. */
export function coversWindow({ state, keysSince }: StreamHead, window: number): boolean {
  return keysSince <= Math.max(0, state.version - window + 1);
}

/** The head after one more event. If versions between are unknown, it knows the key of that event alone. */
export function headAfter(
  before: StreamHead | undefined,
  { version, idempotencyKey }: KeyedVersion,
  state: CharacterState,
): StreamHead {
  const goesOn = before !== undefined && version <= nextVersion(before);
  const keysSince = goesOn ? before.keysSince : version;
  const keys = goesOn ? before.keys : idempotencyKeys([]);
  return {
    state,
    keysSince,
    keys: idempotencyKey === null ? keys : withKey(keys, { key: idempotencyKey, version }),
  };
}

/** The head after stored events, oldest first; those that it has already are passed over. */
export async function headAfterAll(
  table: EventTable,
  before: StreamHead | undefined,
  stored: readonly StoredEvent[],
  signal: AbortSignal | undefined,
): Promise<StreamHead | undefined> {
  let head = before;
  for (const each of stored) {
    if (each.event.version < nextVersion(head)) continue;
    const folded = head && each.state === undefined ? fold(head.state, each.event) : undefined;
    head = headAfter(head, each.event, folded ?? (await stateAfter(table, each, signal)));
  }
  return head;
}

/**
 * Reads the head of a stream, with the keys of so many of its newest events; `undefined` if the character has no
 * events. One query of so many items, at least of one.
 */
export async function readHead(
  table: EventTable,
  characterId: string,
  keyWindow: number,
  signal?: AbortSignal,
): Promise<StreamHead | undefined> {
  const limit = Math.max(1, keyWindow);
  const events = (await table.query(characterId, { descending: true, limit }, signal)).map(fromItem);
  const [newest] = events;
  if (newest === undefined) return undefined;
  const held = events.flatMap(({ event: { idempotencyKey: key, version } }) =>
    key === null ? [] : [{ key, version }],
  );
  const state = await stateAfter(table, newest, signal);
  const keysSince = events.length < limit ? 0 : (events.at(-1)?.event.version ?? 0);
  return { state, keys: idempotencyKeys(held.toReversed()), keysSince };
}

/** The heads that this process has seen lately. Bounded: the least recently used go first. */
export type HeadCache = {
  /** The cached head; it may be behind. `undefined` if there is none, or if it lacks keys of the window. */
  readonly cached: (characterId: string, keyWindow?: number) => StreamHead | undefined;
  /** Reads the head as `readHead` does, and caches it, or invalidates what was cached if there are no events. */
  readonly refresh: (
    characterId: string,
    keyWindow: number,
    signal?: AbortSignal,
  ) => Promise<StreamHead | undefined>;
  /** Caches a head, unless the cached one is newer, or as new and has more keys: entries only move forward. */
  readonly advance: (head: StreamHead) => void;
  /** Drops a stream whose events turned out to be gone. */
  readonly invalidate: (characterId: string) => void;
  /** Drops everything, for a table that turned out to be missing. */
  readonly clear: () => void;
};

/** An empty cache over a table. `size` counts states and keys, all streams together. */
export function createHeadCache(table: EventTable, size: number): HeadCache {
  const heads = new LRUCache<string, StreamHead>({
    maxSize: size,
    sizeCalculation: ({ keys }) => 1 + countOf(keys),
  });

  function advance(head: StreamHead): void {
    const { characterId } = head.state;
    const cached = heads.peek(characterId);
    if (cached === undefined || isBehind(cached, head)) heads.set(characterId, joined(cached, head));
  }

  return {
    cached: (characterId, keyWindow = 0) => {
      const head = heads.get(characterId);
      return head !== undefined && coversWindow(head, keyWindow) ? head : undefined;
    },
    refresh: async (characterId, keyWindow, signal) => {
      const head = await readHead(table, characterId, keyWindow, signal);
      if (head === undefined) heads.delete(characterId);
      else advance(head);
      return head;
    },
    advance,
    invalidate: (characterId) => {
      heads.delete(characterId);
    },
    clear: () => heads.clear(),
  };
}

function isBehind(cached: StreamHead, head: StreamHead): boolean {
  const ahead = head.state.version - cached.state.version;
  return ahead > 0 || (ahead === 0 && head.keysSince < cached.keysSince);
}

/** A newer head, with the cached keys where they go on to its own without a hole. */
function joined(cached: StreamHead | undefined, head: StreamHead): StreamHead {
  const touches = cached !== undefined && head.keysSince <= nextVersion(cached);
  if (!touches || head.keysSince <= cached.keysSince) return head;
  const older = heldKeys(cached.keys).filter(({ version }) => version < head.keysSince);
  const keys = idempotencyKeys(recentEnough([...older, ...heldKeys(head.keys)], head.state.version));
  return { state: head.state, keys, keysSince: cached.keysSince };
}
