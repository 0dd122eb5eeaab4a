import { useEffect } from 'preact/hooks';
import type { CharacterStore } from './character/character-store.ts';
import { CharacterView } from './character/character-view.tsx';
import type { ConnectionState } from './live-connection.ts';
import { currentView, Link } from './navigation.tsx';
import type { Page } from './page.ts';
import type { PartyStore } from './party/party-store.ts';
import { PartyView } from './party/party-view.tsx';
import { SignIn } from './sign-in.tsx';
import { Tray } from './tray.tsx';
import { Words } from './words.tsx';

/** The whole page: the bar with what is going on, the view that the address asks for, and the tray. */
export function Sheet(props: {
  readonly page: Page;
  readonly party: PartyStore;
  readonly characters: CharacterStore;
}) {
  const { page, party, characters } = props;
  const view = currentView.value;
  useEffect(() => {
    addEventListener('keydown', holdsNothing, { capture: true });
    return () => removeEventListener('keydown', holdsNothing, { capture: true });
  }, []);
  return (
    <>
      <Bar page={page} />
      <main tabIndex={-1}>
        {page.access.wanted.value === 'none' ? (
          view.type === 'party' ? (
            <PartyView key="party" page={page} store={party} />
          ) : (
            <CharacterView key={`character ${view.id}`} page={page} store={characters} id={view.id} />
          )
        ) : (
          <SignIn page={page} wanted={page.access.wanted.value} />
        )}
      </main>
      <Tray page={page} />
    </>
  );
}

/** Enter that is held down is one press: it neither sends nor takes back again and again. */
function holdsNothing(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !event.repeat) return;
  event.preventDefault();
  event.stopPropagation();
}

/** A bar of one height, whatever it says, so that nothing below it moves. */
function Bar({ page }: { readonly page: Page }) {
  const state = page.live.state.value;
  const unsent = page.outbox.unsent.value;
  // At the sign-in there is one message.
  const isKnown = page.access.wanted.value === 'none';
  useEffect(() => {
    const title = document.title.replace(/^\(\d+\) /, '');
    document.title = unsent === 0 ? title : `(${unsent}) ${title}`;
  });
  return (
    <header class={`bar ${state}`}>
      {isKnown && currentView.value.type === 'character' ? (
        <nav key="back" aria-label="Way back">
          <Link class="back" to="/">
            ← The party
          </Link>
        </nav>
      ) : (
        <p key="name" class="page-name">
          Character sheet
        </p>
      )}
      <p role="status" aria-label="Connection" class="connection">
        <Words>{isKnown ? connectionWords(state) : ''}</Words>
      </p>
      <p role="status" aria-label="Not sent yet" class="unsent">
        <Words>
          {unsent === 0 ? '' : unsent === 1 ? '1 change is waiting' : `${unsent} changes are waiting`}
        </Words>
      </p>
    </header>
  );
}

function connectionWords(state: ConnectionState): string {
  if (state !== 'lost') return '';
  const why = navigator.onLine ? 'Not connected.' : 'You are offline.';
  return `${why} What you see may be old; what you press is kept and sent.`;
}
