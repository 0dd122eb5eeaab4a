import { type ReadonlySignal, signal } from '@preact/signals';
import type { Failure } from '../failure.ts';
import type { StandingFragment } from '../generated/operations.ts';
import type { Page } from '../page.ts';
import type { PartyList } from './party-list.ts';

/** The party as it is loaded, or why it is not. */
export type Party =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'loaded'; readonly list: PartyList };

/** The party of the page, kept while other views are open. */
export type PartyStore = {
  readonly party: ReadonlySignal<Party>;
  /** A character as it was last seen here. */
  readonly standingOf: (id: string) => StandingFragment | undefined;
};

/** An empty party, which is loaded once a view opens it. */
export function createPartyStore(_page: Page): PartyStore {
  const party = signal<Party>({ type: 'loading' });
  return { party, standingOf: () => undefined };
}
