import { signal } from '@preact/signals';
import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { tabStorage } from './page-storage.ts';

/** Which view an address shows. */
export type View = { readonly type: 'party' } | { readonly type: 'character'; readonly id: string };

/** The view of a path with its query; anything unknown is the party. */
function viewAt(path: string, query: string): View {
  if (path !== '/character') return { type: 'party' };
  return { type: 'character', id: new URLSearchParams(query).get('id') ?? '' };
}

/** The address of a character. */
export function characterAddress(id: string): string {
  return `/character?${new URLSearchParams({ id })}`;
}

/** The view that the address bar shows. */
export const currentView = signal<View>({ type: 'party' });

/** Where the reader of a view is: how far it is scrolled, and the `id` of the element with the focus. */
type Place = { readonly scroll: number; readonly focus: string };

let shownAddress = '';

/** Shows the view of the address bar, now and after every change, and keeps the place in each view. */
export function startNavigation(): void {
  history.scrollRestoration = 'manual';
  const look = (): void => {
    shownAddress = `${location.pathname}${location.search}`;
    currentView.value = viewAt(location.pathname, location.search);
  };
  look();
  addEventListener('popstate', () => {
    keepPlace();
    look();
  });
  addEventListener('pagehide', keepPlace);
  document.addEventListener('visibilitychange', keepPlace);
}

/** Goes to another view without loading the page again. */
export function goTo(address: string): void {
  keepPlace();
  history.pushState(null, '', address);
  shownAddress = `${location.pathname}${location.search}`;
  currentView.value = viewAt(location.pathname, location.search);
}

function keepPlace(): void {
  const place: Place = { scroll: scrollY, focus: document.activeElement?.id ?? '' };
  tabStorage.keep(`place ${shownAddress}`, place);
}

/**
 * Brings the reader back to the place where they left this view, once it has something to show. Without a place it
 * begins at its top. Focus goes to `main` where the element that had it is gone, so that keyboard and screen reader go
 * on from the beginning of the view.
 */
export function usePlace(ready: boolean): void {
  useLayoutEffect(() => {
    if (!ready) return;
    const { scroll, focus } = placeOf(tabStorage.kept(`place ${shownAddress}`));
    scrollTo(0, scroll);
    const element = (focus !== '' && document.getElementById(focus)) || document.querySelector('main');
    element?.focus({ preventScroll: true });
  }, [ready]);
}

function placeOf(kept: unknown): Place {
  const place = { scroll: 0, focus: '', ...(typeof kept === 'object' ? kept : {}) };
  return {
    scroll: Number(place.scroll) || 0,
    focus: typeof place.focus === 'string' ? place.focus : '',
  };
}

/** A link to another view. It opens in place, or wherever the browser is asked to open it. */
export function Link(props: {
  readonly to: string;
  readonly id?: string;
  readonly class: string;
  readonly children: ComponentChildren;
}) {
  const open = (event: TargetedMouseEvent<HTMLAnchorElement>): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // Safari gives no focus to a link that is clicked; the way back leads to it.
    event.currentTarget.focus();
    goTo(props.to);
  };
  return (
    <a id={props.id} class={props.class} href={props.to} onClick={open}>
      {props.children}
    </a>
  );
}
