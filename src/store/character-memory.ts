import { LRUCache } from 'lru-cache';
import type { CharacterState } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';

/** How many of a character's newest events are searched for an idempotency key. */
export const keyWindow = 100;

/** Idempotency keys and the versions that hold them, the newest first; longer by one without a copy. */
export type HeldKeys = {
  readonly key: string;
  readonly version: number;
  readonly older: HeldKeys | undefined;
  /** How many there are, this one included. */
  readonly count: number;
};

/**
 * What is known of a character: its latest state, and which versions the idempotency keys of its newest
 * events hold. Events never change, so it stays true; it can only be behind.
 */
export type KnownCharacter = {
  readonly state: CharacterState;
  readonly keys: HeldKeys | undefined;
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
    sizeCalculation: ({ keys }) => 1 + (keys?.count ?? 0),
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
  const fresh = newestFirst(news.keys, kept.state.version + 1);
  const keys = withKeys(kept.keys, fresh);
  const { state } = news;
  if ((keys?.count ?? 0) < 2 * keyWindow) return { state, keys, keysSince: kept.keysSince };
  const keysSince = state.version - keyWindow + 1;
  return { state, keys: withKeys(undefined, newestFirst(keys, keysSince)), keysSince };
}

/** The keys that are held since a version. */
function newestFirst(keys: HeldKeys | undefined, since: number): readonly HeldKeys[] {
  const found: HeldKeys[] = [];
  for (let held = keys; held !== undefined && held.version >= since; held = held.older) found.push(held);
  return found;
}

function withKeys(
  older: HeldKeys | undefined,
  newestFirst: readonly Pick<HeldKeys, 'key' | 'version'>[],
): HeldKeys | undefined {
  return newestFirst.reduceRight<HeldKeys | undefined>(
    (rest, { key, version }) => ({ key, version, older: rest, count: 1 + (rest?.count ?? 0) }),
    older,
  );
}

/** The version of the event that holds a key, among the newest 100 of a character. */
export function holderOf(character: KnownCharacter | undefined, key: string | undefined): number | undefined {
  if (character === undefined || key === undefined) return undefined;
  const oldest = character.state.version - keyWindow + 1;
  for (let held = character.keys; held !== undefined && held.version >= oldest; held = held.older) {
    if (held.key === key) return held.version;
  }
  return undefined;
}

/** What a read of a character's newest events tells: its state, and the keys of these events. */
export function known(
  state: CharacterState,
  newestFirst: readonly HeldKey[],
  keysSince: number,
): KnownCharacter {
  const held = newestFirst.flatMap(({ idempotencyKey, version }) =>
    idempotencyKey === null ? [] : [{ key: idempotencyKey, version }],
  );
  return { state, keys: withKeys(undefined, held), keysSince };
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
