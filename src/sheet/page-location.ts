import { useEffect, useState } from 'preact/hooks';
import { type View, viewAt } from './view-address.ts';

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
