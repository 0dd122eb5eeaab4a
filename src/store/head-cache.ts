import { LRUCache } from 'lru-cache';
import type { CharacterState } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';

/** How many of a character's newest events are searched for an idempotency key. */
export const idempotencyWindow = 100;

/**
 * What is known of a character: its latest state, and which versions the idempotency keys of its newest
 * events hold. Events never change, so it stays true; it can only be behind.
 */
export type KnownCharacter = {
  readonly state: CharacterState;
  /** Versions by key, in their order. Only a memory changes it: what it keeps grows without a copy. */
  readonly keys: Map<string, number>;
  /** Events whose keys are not in it yet, the newest first. */
  readonly added: readonly HeldKey[];
  /** All keys from this version on are known. */
  readonly keysSince: number;
};

/** The key of an event and the version that holds it. */
export type HeldKey = Pick<CharacterEvent, 'version' | 'idempotencyKey'>;

/** The characters that this process has seen lately, as many as fit its bound. Misses are not kept. */
export type HeadCache = {
  readonly get: (characterId: string) => KnownCharacter | undefined;
  /** Keeps what is known unless something newer, or as new with more keys, is kept already. */
  readonly keep: (known: KnownCharacter) => void;
  /** Forgets a character whose events turned out to be gone. */
  readonly drop: (characterId: string) => void;
  /** Forgets everything. */
  readonly clear: () => void;
};

/** An empty memory with room for that many states and keys, all characters together. */
export function createHeadCache(room: number): HeadCache {
  const characters = new LRUCache<string, KnownCharacter>({
    maxSize: room,
    sizeCalculation: ({ keys }) => 1 + keys.size,
  });
  return {
    get: (characterId) => characters.get(characterId),
    keep: (news) => {
      const { characterId } = news.state;
      const kept = characters.peek(characterId);
      if (kept === undefined || isBehind(kept, news)) characters.set(characterId, joined(kept, news));
    },
    drop: (characterId) => {
      characters.delete(characterId);
    },
    clear: () => characters.clear(),
  };
}

function isBehind(kept: KnownCharacter, news: KnownCharacter): boolean {
  const ahead = news.state.version - kept.state.version;
  return ahead > 0 || (ahead === 0 && news.keysSince < kept.keysSince);
}

// News that begin where the kept keys end make them longer; others have an index of their own.
function joined(kept: KnownCharacter | undefined, { state, added, ...news }: KnownCharacter): KnownCharacter {
  const goesOn =
    kept !== undefined &&
    (news.keys === kept.keys ||
      (news.keysSince > kept.keysSince && news.keysSince <= kept.state.version + 1));
  const { keys, keysSince } = goesOn ? kept : news;
  const keptVersion = goesOn ? kept.state.version : -1;
  if (keys !== news.keys) for (const [key, version] of news.keys) hold(keys, key, version, keptVersion);
  for (const { idempotencyKey, version } of added.toReversed())
    hold(keys, idempotencyKey, version, keptVersion);
  if (keys.size < 2 * idempotencyWindow) return { state, keys, added: [], keysSince };
  const oldest = state.version - idempotencyWindow + 1;
  for (const [key, version] of keys) {
    if (version >= oldest) break;
    keys.delete(key);
  }
  return { state, keys, added: [], keysSince: oldest };
}

function hold(keys: Map<string, number>, key: string | null, version: number, after: number): void {
  if (key === null || version <= after) return;
  // A key that is held once more goes to the end.
  keys.delete(key);
  keys.set(key, version);
}

/** The version of the event that holds a key, among the newest 100 of a character. */
export function holderOf(character: KnownCharacter | undefined, key: string | undefined): number | undefined {
  if (character === undefined || key === undefined) return undefined;
  const { state, keys, added } = character;
  const version = added.find(({ idempotencyKey }) => idempotencyKey === key)?.version ?? keys.get(key);
  const isAmongNewest =
    version !== undefined && version > state.version - idempotencyWindow && version <= state.version;
  return isAmongNewest ? version : undefined;
}

/** What a read of a character's newest events tells: its state, and the keys of these events. */
export function known(
  state: CharacterState,
  newestFirst: readonly HeldKey[],
  keysSince: number,
): KnownCharacter {
  return { state, keys: new Map(), added: newestFirst, keysSince };
}

/** What is known after one more event. Nothing known before makes that event the only one known. */
export function knownAfter(
  before: KnownCharacter | undefined,
  event: HeldKey,
  state: CharacterState,
): KnownCharacter {
  if (before === undefined || event.version > before.state.version + 1)
    return known(state, [event], event.version);
  return { ...before, state, added: [event, ...before.added] };
}

/** Whether all keys are known that an append has to compare its own with. */
export function knowsKeys({ state, keysSince }: KnownCharacter): boolean {
  return keysSince <= Math.max(0, state.version - idempotencyWindow + 1);
}
