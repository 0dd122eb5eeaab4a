import { LRUCache } from 'lru-cache';
import type { CharacterState } from '../character/character.ts';

/**
 * The latest states that this process has seen, of a bounded number of characters. Events never change,
 * so an entry stays true; it can only be behind. Misses are not kept.
 */
export type StateCache = {
  readonly latest: (characterId: string) => CharacterState | undefined;
  /** Keeps the state if it is newer than what is kept. */
  readonly advance: (state: CharacterState) => void;
  /** Forgets a character whose events turned out to be gone. */
  readonly drop: (characterId: string) => void;
};

/** An empty cache for at most that many characters. */
export function createStateCache(maxCharacters: number): StateCache {
  const states = new LRUCache<string, CharacterState>({ max: maxCharacters });
  return {
    latest: (characterId) => states.get(characterId),
    advance: (state) => {
      const kept = states.peek(state.characterId);
      if (kept === undefined || kept.version < state.version) states.set(state.characterId, state);
    },
    drop: (characterId) => {
      states.delete(characterId);
    },
  };
}
