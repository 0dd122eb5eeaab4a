import { useEffect, useRef, useState } from 'preact/hooks';
import type { WantedToken } from './access.ts';
import type { Server } from './server.ts';

/** Asks for a token, for as long as the server wants one. */
export function SignIn({ server: { access, live } }: { readonly server: Server }) {
  const wanted = useWanted(access);
  const field = useRef<HTMLInputElement>(null);
  if (wanted === 'none') return null;

  const signIn = (): void => {
    // Pasted from a command line it may come with its scheme, or with the line's end.
    const token = (field.current?.value ?? '').replace(/^\s*Bearer\s+/i, '').trim();
    if (token === '') return;
    access.signIn(token);
    live.hurry();
  };

  return (
    <form
      class="panel sign-in"
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault();
        signIn();
      }}
    >
      <p id="sign-in-hint">
        The server wants to know who you are. Whoever runs it has a token for you; it is kept until this tab
        is closed.
      </p>
      <div class="fields">
        <label>
          Token
          <input
            ref={field}
            type="password"
            autocomplete="off"
            aria-describedby="sign-in-hint sign-in-advice"
          />
        </label>
        <button type="submit" class="primary">
          Sign in
        </button>
      </div>
      <p class="advice" role="alert" id="sign-in-advice">
        {wanted === 'another' && 'The server does not take your token, or not any more. Bring another one.'}
      </p>
    </form>
  );
}

function useWanted(access: Server['access']): WantedToken {
  const [wanted, setWanted] = useState(access.wanted);
  useEffect(() => {
    setWanted(access.wanted());
    return access.onWanted(setWanted);
  }, [access]);
  return wanted;
}
