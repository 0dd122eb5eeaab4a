import type { StandingFragment } from '../generated/operations.ts';
import type { Page } from '../page.ts';
import { type OpenCharacter, openCharacter } from './open-character.ts';

/** The characters that were opened in this page, kept while other views are open. */
export type CharacterStore = {
  /** The character of an id, as it was left if it was opened before. */
  readonly open: (id: string) => OpenCharacter;
};

const mostKept = 20;

/**
 * No characters yet. Of those that are opened 20 are kept, and the one that was opened longest ago goes. `seen` is what
 * the page knows of a character before its history is loaded.
 */
export function createCharacterStore(
  page: Page,
  seen: (id: string) => StandingFragment | undefined,
): CharacterStore {
  /** In the order in which they were opened last. */
  const kept = new Map<string, OpenCharacter>();
  page.outbox.onStored(({ events }) => {
    for (const { characterId, line } of events) kept.get(characterId)?.take(line);
  });
  return {
    open: (id) => {
      const character = kept.get(id) ?? openCharacter(page, id, seen(id));
      kept.delete(id);
      kept.set(id, character);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return character;
    },
  };
}
