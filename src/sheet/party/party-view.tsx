import type { Page } from '../page.ts';
import type { PartyStore } from './party-store.ts';

/** Every character with its hit points, live. */
export function PartyView(_props: { readonly page: Page; readonly store: PartyStore }) {
  return <h1>The party</h1>;
}
