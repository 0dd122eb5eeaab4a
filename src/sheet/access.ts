import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { PageStorage } from './page-storage.ts';

/** Whether the server wants a token: none, one, or another one than it was sent. */
export type WantedToken = 'none' | 'one' | 'another';

/** Who is asking, for requests and for the live connection alike. */
export type Access = {
  readonly credentials: () => Record<string, string>;
  /**
   * Sends this token from now on: until the tab is closed, or as long as this browser keeps it. What can be no token
   * is not taken: another one is wanted.
   */
  readonly signIn: (token: string, onThisDevice: boolean) => void;
  /** Takes note of the error code, if any, that the server has answered to a request with these credentials. */
  readonly heard: (code: string | undefined, sent: Record<string, string>) => void;
  readonly wanted: ReadonlySignal<WantedToken>;
  /** Whether this character may be changed, as far as the token says. */
  readonly mayChange: (characterId: string) => boolean;
  /** Whether characters of any id may be created. */
  readonly mayCreate: () => boolean;
};

const name = 'token';

/** Browsers throw where anything else is in a header, and it would look like a server that does not answer. */
const sendable = /^[\x21-\x7e]+$/;

/** The access of a page, whose token is kept in one of two storages. */
export function createAccess(tab: PageStorage, device: PageStorage): Access {
  const token = signal(textOf(tab.kept(name)) ?? textOf(device.kept(name)));
  const wanted = signal<WantedToken>('none');
  const grant = computed(() => grantOf(token.value));
  const credentials = (): Record<string, string> => {
    const sent = token.peek();
    return sent === undefined ? {} : { authorization: `Bearer ${sent}` };
  };
  return {
    credentials,
    signIn: (typed, onThisDevice) => {
      if (!sendable.test(typed)) {
        wanted.value = 'another';
        return;
      }
      tab.keep(name, typed);
      device.keep(name, onThisDevice ? typed : undefined);
      token.value = typed;
      wanted.value = 'none';
    },
    heard: (code, sent) => {
      // The answer to a request from before the sign-in tells nothing of the token that is there now.
      if (sent['authorization'] !== credentials()['authorization']) return;
      if (code === undefined) wanted.value = 'none';
      if (code === 'UNAUTHENTICATED') wanted.value = token.peek() === undefined ? 'one' : 'another';
    },
    wanted,
    mayChange: (characterId) => {
      const { mayAppend, characters } = grant.value;
      return mayAppend && (characters === undefined || characters.includes(characterId));
    },
    mayCreate: () => grant.value.mayAppend && grant.value.characters === undefined,
  };
}

type Grant = { readonly mayAppend: boolean; readonly characters: readonly string[] | undefined };

const everything: Grant = { mayAppend: true, characters: undefined };

/**
 * What a token allows, read from its payload only to leave out buttons: the server alone decides. A token that
 * cannot be read is taken to allow everything.
 */
function grantOf(token: string | undefined): Grant {
  const [, payload] = token?.split('.') ?? [];
  if (payload === undefined) return everything;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (each) =>
      each.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== 'object' || claims === null) return everything;
    const scopes = [...wordsOf('scope' in claims && claims.scope), ...wordsOf('scp' in claims && claims.scp)];
    const characters = 'characters' in claims ? wordsOf(claims.characters) : undefined;
    // Some issuers put the identifier of the API before each scope.
    return { mayAppend: scopes.some((scope) => /(^|\/)events:append$/.test(scope)), characters };
  } catch {
    return everything;
  }
}

function wordsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((each) => typeof each === 'string') : [];
}

function textOf(kept: unknown): string | undefined {
  return typeof kept === 'string' && sendable.test(kept) ? kept : undefined;
}
