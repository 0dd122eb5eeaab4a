import { useRef } from 'preact/hooks';
import type { WantedToken } from './access.ts';
import type { Page } from './page.ts';
import { Words } from './words.tsx';

/** Asks for a token, in place of a view, for as long as the server wants one. */
export function SignIn({
  page,
  wanted,
}: {
  readonly page: Page;
  readonly wanted: Exclude<WantedToken, 'none'>;
}) {
  const field = useRef<HTMLInputElement>(null);
  const keep = useRef<HTMLInputElement>(null);
  const signIn = (): void => {
    // Pasted from a command line it may come with its scheme, or with the line's end.
    const token = (field.current?.value ?? '').replace(/^\s*Bearer\s+/i, '').trim();
    if (token === '') return;
    page.access.signIn(token, keep.current?.checked ?? false);
    page.live.lookNow();
  };
  return (
    <form
      class="panel sign-in"
      aria-labelledby="sign-in-title"
      onSubmit={(event) => {
        event.preventDefault();
        signIn();
      }}
    >
      <h1 id="sign-in-title">Sign in</h1>
      <p id="sign-in-hint">The server wants to know who you are. Whoever runs it has a token for you.</p>
      <p class="advice" role="alert" id="sign-in-advice">
        <Words>
          {wanted === 'another'
            ? 'The server does not take your token, or not any more. Bring another one.'
            : ''}
        </Words>
      </p>
      <label>
        Token
        <input
          ref={field}
          id="token"
          type="password"
          autocomplete="off"
          aria-describedby="sign-in-hint sign-in-advice"
        />
      </label>
      <label class="tickable">
        <input ref={keep} id="keep-token" type="checkbox" />
        <span class="tick" aria-hidden="true" />
        <span>Keep it on this device</span>
      </label>
      <button type="submit" class="primary">
        Sign in
      </button>
    </form>
  );
}
