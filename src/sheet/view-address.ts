/** Which view an address shows. */
export type View = { readonly type: 'party' } | { readonly type: 'character'; readonly id: string };

/** The view of a path with its query; anything unknown is the party. */
export function viewAt(path: string, query: string): View {
  if (path !== '/character') return { type: 'party' };
  return { type: 'character', id: new URLSearchParams(query).get('id') ?? '' };
}

/** The address of a character. */
export function characterAddress(id: string): string {
  return `/character?${new URLSearchParams({ id })}`;
}
