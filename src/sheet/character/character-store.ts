import type { StandingFragment } from '../generated/operations.ts';
import type { Page } from '../page.ts';

/** The characters that were opened in this page, kept while other views are open. */
export type CharacterStore = Record<never, never>;

/** No characters yet. `seen` is what the page knows of a character before its history is loaded. */
export function createCharacterStore(
  _page: Page,
  _seen: (id: string) => StandingFragment | undefined,
): CharacterStore {
  return {};
}
