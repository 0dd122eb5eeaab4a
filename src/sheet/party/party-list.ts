import type { StandingFragment as Standing } from '../generated/operations.ts';

/** The characters that are loaded, the newest first, and where the list goes on. */
export type PartyList = {
  readonly characters: readonly Standing[];
  readonly hasMore: boolean;
  readonly endCursor: string | null;
};

/** A page of the list, as the server answers it. */
export type PartyPage = {
  readonly nodes: readonly Standing[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

/** The list with a character as it is now: in its place, or in front if it is new. Older news change nothing. */
export function joined(list: PartyList, standing: Standing): PartyList {
  const known = list.characters.find(({ id }) => id === standing.id);
  if (known === undefined) return { ...list, characters: [standing, ...list.characters] };
  if (known.version >= standing.version) return list;
  return { ...list, characters: list.characters.map((other) => (other === known ? standing : other)) };
}

/** The list with its next page. */
export function extended(list: PartyList, page: PartyPage): PartyList {
  const known = new Set(list.characters.map(({ id }) => id));
  return {
    characters: [...list.characters, ...page.nodes.filter(({ id }) => !known.has(id))],
    hasMore: page.pageInfo.hasNextPage,
    endCursor: page.pageInfo.endCursor,
  };
}

/**
 * The list after its first page was loaded again. Later pages stay if the first one still joins on to them;
 * no character goes back to an older version.
 */
export function reloaded(list: PartyList | undefined, page: PartyPage): PartyList {
  const fresh = extended({ characters: [], hasMore: false, endCursor: null }, page);
  const known = new Set(list?.characters.map(({ id }) => id));
  if (list === undefined || (fresh.hasMore && !fresh.characters.some(({ id }) => known.has(id))))
    return fresh;
  return fresh.characters.slice().reverse().reduce(joined, list);
}
