import { useEffect, useRef } from 'preact/hooks';
import { CharacterView } from './character-view.tsx';
import { ConnectionNotice } from './notice.tsx';
import { useView } from './page-location.ts';
import { PartyView } from './party-view.tsx';
import type { Server } from './server.ts';
import { SignIn } from './sign-in.tsx';
import { useConnection } from './use-connection.ts';

/** The whole page: the connection's state, and the view that the address asks for. */
export function Sheet({ server }: { readonly server: Server }) {
  const view = useView();
  const connection = useConnection(server.live);
  const content = useRef<HTMLElement>(null);
  const opened = useRef(false);
  const key = view.type === 'character' ? `character ${view.id}` : 'party';

  // After going to another view, keyboard and screen reader go on from its beginning.
  useEffect(() => {
    if (opened.current) content.current?.focus({ preventScroll: true });
    opened.current = true;
  }, [key]);

  return (
    <>
      <ConnectionNotice connection={connection} />
      <main ref={content} tabIndex={-1}>
        <SignIn server={server} />
        {view.type === 'party' ? (
          <PartyView key={key} server={server} />
        ) : (
          <CharacterView key={key} server={server} id={view.id} />
        )}
      </main>
    </>
  );
}
