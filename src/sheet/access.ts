import type { PressStorage } from './press.ts';

/** Whether the server wants a token: none, one, or another one than it was sent. */
export type WantedToken = 'none' | 'one' | 'another';

/** Who is asking, for requests and for the live connection alike. */
export type Access = {
  readonly credentials: () => Record<string, string>;
  /** Sends this token from now on, until the tab is closed. */
  readonly signIn: (token: string) => void;
  /** Is told with which error code, if any, the server has answered. */
  readonly heard: (code: string | undefined) => void;
  readonly wanted: () => WantedToken;
  /** Calls `listener` with every change of what is wanted, until the returned function is called. */
  readonly onWanted: (listener: (wanted: WantedToken) => void) => () => void;
};

const name = 'token';

/** The access of a tab, whose token is kept in its storage. */
export function createAccess(storage: PressStorage): Access {
  const listeners = new Set<(wanted: WantedToken) => void>();
  let wanted: WantedToken = 'none';

  function become(next: WantedToken): void {
    if (wanted === next) return;
    wanted = next;
    for (const listener of listeners) listener(next);
  }

  return {
    credentials: (): Record<string, string> => {
      const token = storage.getItem(name);
      return token === null ? {} : { authorization: `Bearer ${token}` };
    },
    signIn: (token) => {
      storage.setItem(name, token);
      become('none');
    },
    heard: (code) => {
      if (code === undefined) become('none');
      if (code === 'UNAUTHENTICATED') become(storage.getItem(name) === null ? 'one' : 'another');
    },
    wanted: () => wanted,
    onWanted: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
