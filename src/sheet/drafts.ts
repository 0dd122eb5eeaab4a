import { type Signal, signal } from '@preact/signals';
import type { PageStorage } from './page-storage.ts';

/** What is typed or chosen and not sent yet. It outlives the view and a reload of the page. */
export type Drafts = {
  /**
   * The draft of this name, the same signal for every caller. `read` makes a draft of what was kept, which may be
   * anything; undefined if it is none.
   */
  readonly draft: <Draft>(
    name: string,
    empty: Draft,
    read: (kept: unknown) => Draft | undefined,
  ) => Signal<Draft>;
};

/** The drafts that a storage keeps. */
export function createDrafts(storage: PageStorage): Drafts {
  const drafts = new Map<string, Signal<never>>();
  return {
    draft: <Draft>(name: string, empty: Draft, read: (kept: unknown) => Draft | undefined) => {
      const known = drafts.get(name);
      if (known !== undefined) return known as Signal<Draft>;
      const draft = signal(read(storage.kept(`draft ${name}`)) ?? empty);
      draft.subscribe((value) => storage.keep(`draft ${name}`, value === empty ? undefined : value));
      drafts.set(name, draft as Signal<never>);
      return draft;
    },
  };
}

/** What is typed in the form that changes a character. */
export function changeDrafts(
  { draft }: Drafts,
  characterId: string,
): { readonly amount: Signal<string>; readonly note: Signal<string> } {
  return {
    amount: draft(`amount ${characterId}`, '', readText),
    note: draft(`note ${characterId}`, '', readText),
  };
}

/** Reads a draft that is a text. */
export function readText(kept: unknown): string | undefined {
  return typeof kept === 'string' ? kept : undefined;
}
