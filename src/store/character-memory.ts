import { LRUCache } from 'lru-cache';
import type { CharacterState } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';

/** How many of a character's newest events are searched for an idempotency key. */
export const keyWindow = 100;

/**
 * What is known of a character: its latest state, and which versions the idempotency keys of its newest
 * events hold. Events never change, so it stays true; it can only be behind.
 */
export type KnownCharacter = {
  readonly state: CharacterState;
  readonly keys: ReadonlyMap<string, number>;
  /** All keys from this version on are known. */
  readonly keysSince: number;
};

/** The key of an event and the version that holds it. */
export type HeldKey = Pick<CharacterEvent, 'version' | 'idempotencyKey'>;

/** The characters that this process has seen lately, as many as fit its bound. Misses are not kept. */
export type CharacterMemory = {
  readonly get: (characterId: string) => KnownCharacter | undefined;
  /** Keeps what is known unless something newer, or as new with more keys, is kept already. */
  readonly keep: (known: KnownCharacter) => void;
  /** Forgets a character whose events turned out to be gone. */
  readonly drop: (characterId: string) => void;
  /** Forgets everything. */
  readonly clear: () => void;
};

/** An empty memory with room for that many states and keys, all characters together. */
export function createCharacterMemory(room: number): CharacterMemory {
  const characters = new LRUCache<string, KnownCharacter>({
    maxSize: room,
    sizeCalculation: ({ keys }) => 1 + keys.size,
  });
  return {
    get: (characterId) => characters.get(characterId),
    keep: (news) => {
      const kept = characters.peek(news.state.characterId);
      if (kept === undefined) characters.set(news.state.characterId, news);
      else if (isBehind(kept, news)) characters.set(news.state.characterId, joined(kept, news));
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

// News that begin where the kept keys end make them longer.
function joined(kept: KnownCharacter, news: KnownCharacter): KnownCharacter {
  if (news.keysSince <= kept.keysSince || news.keysSince > kept.state.version + 1) return news;
  const keysSince = Math.max(kept.keysSince, news.state.version - keyWindow + 1);
  const keys = [...kept.keys, ...news.keys].filter(([, version]) => version >= keysSince);
  return { state: news.state, keys: new Map(keys), keysSince };
}

/** What a read of a character's newest events tells: its state, and the keys of these events. */
export function known(
  state: CharacterState,
  newestFirst: readonly HeldKey[],
  keysSince: number,
): KnownCharacter {
  const keys = new Map<string, number>();
  for (const { idempotencyKey, version } of newestFirst.toReversed()) {
    if (idempotencyKey !== null) keys.set(idempotencyKey, version);
  }
  return { state, keys, keysSince };
}

/** What is known after one more event. Nothing known before makes that event the only one known. */
export function knownAfter(
  before: KnownCharacter | undefined,
  event: HeldKey,
  state: CharacterState,
): KnownCharacter {
  if (before === undefined) return known(state, [event], event.version);
  return joined(before, known(state, [event], event.version));
}

/** Whether all keys are known that an append has to compare its own with. */
export function knowsKeys({ state, keysSince }: KnownCharacter): boolean {
  return keysSince <= Math.max(0, state.version - keyWindow + 1);
}
