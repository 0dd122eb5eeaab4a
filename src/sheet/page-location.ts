import { useEffect, useState } from 'preact/hooks';

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

/** Goes to another view without loading the page again. */
export function goTo(address: string): void {
  history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
  scrollTo(0, 0);
}

/** The view that the address bar shows, now and after every change. */
export function useView(): View {
  const [view, setView] = useState(() => viewAt(location.pathname, location.search));
  useEffect(() => {
    const look = (): void => setView(viewAt(location.pathname, location.search));
    addEventListener('popstate', look);
    return () => removeEventListener('popstate', look);
  }, []);
  return view;
}
