import type { Page } from '../page.ts';
import type { CharacterStore } from './character-store.ts';

/** A character, live, or what to do where there is none. */
export function CharacterView(props: {
  readonly page: Page;
  readonly store: CharacterStore;
  readonly id: string;
}) {
  return <h1>{props.id}</h1>;
}
