import { GraphQLError } from 'graphql';
import { isStorableId } from '../character/event.ts';
import { pageOfCharacters } from '../store/directory.ts';
import type { EventStore } from '../store/event-store.ts';

/** What a token may allow: to read characters and events, to append events. */
export type Scope = 'events:read' | 'events:append';

/** The subject of a token, and what the token allows. */
export type TokenHolder = {
  /** The token's subject. Every event that it appends is stored with this name. */
  readonly actor: string;
  readonly scopes: readonly string[];
  /** The only characters that the token allows; left out: all. */
  readonly characters?: readonly string[] | undefined;
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAt: number;
};

/** The caller of a request: the holder of a token, or `anyone` where the server runs without authentication. */
export type Caller = 'anyone' | TokenHolder;

/** Throws `FORBIDDEN` unless the caller may use fields of this scope. */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller === 'anyone' || caller.scopes.includes(scope)) return;
  throw forbidden(`Expected a token with the scope ${scope}, got one without it.`);
}

/**
 * The store with the caller's rights applied. Appended events carry the caller's name. A token for some
 * characters gets `FORBIDDEN` for every other one, whether it exists or not, and a directory of its own
 * characters alone. Resolvers get no other store. Every method is written out, so that a new method of the store
 * does not compile until its rights are decided here.
 */
export function authorizedStore(store: EventStore, caller: Caller): EventStore {
  if (caller === 'anyone') return store;
  const { actor } = caller;
  const isAllowed = characterFilter(caller);
  const requireCharacter = (characterId: string): void => {
    if (!isAllowed(characterId)) throw otherCharacter();
  };
  return {
    append: async (event, signal) => {
      requireCharacter(event.characterId);
      return store.append({ ...event, actor }, signal);
    },
    appendGroup: async (events, signal) => {
      for (const { characterId } of events) requireCharacter(characterId);
      const signed = events.map((event) => ({ ...event, actor }));
      return store.appendGroup(signed, signal);
    },
    revert: async (event, signal) => {
      requireCharacter(event.characterId);
      return store.revert({ ...event, actor }, signal);
    },
    subscribe: (characterId, afterVersion, signal) => {
      requireCharacter(characterId);
      return store.subscribe(characterId, afterVersion, signal);
    },
    subscribeAll: (characters, signal) => {
      for (const { characterId } of characters) requireCharacter(characterId);
      return store.subscribeAll(characters, signal);
    },
    createdCharacters: async function* (signal) {
      for await (const state of store.createdCharacters(signal))
        if (isAllowed(state.characterId)) yield state;
    },
    character: async (characterId, signal) => {
      requireCharacter(characterId);
      return store.character(characterId, signal);
    },
    characters: async (characterIds, signal) => {
      const found = await store.characters(characterIds.filter(isAllowed), signal);
      const states = found.values();
      return characterIds.map((id) => (isAllowed(id) ? states.next().value : otherCharacter()));
    },
    directory: async (request, signal) => {
      if (caller.characters === undefined) return store.directory(request, signal);
      const ids = new Set(caller.characters.filter(isStorableId));
      return pageOfCharacters(await store.characters([...ids], signal), request);
    },
    characterAt: async (characterId, version, signal) => {
      requireCharacter(characterId);
      return store.characterAt(characterId, version, signal);
    },
    events: async (characterId, page, signal) => {
      requireCharacter(characterId);
      return store.events(characterId, page, signal);
    },
    ping: store.ping,
  };
}

function characterFilter({ characters }: TokenHolder): (characterId: string) => boolean {
  if (characters === undefined) return () => true;
  const allowed = new Set(characters);
  return (characterId) => allowed.has(characterId);
}

/** The same for a character that exists and one that does not, so that a token cannot probe for ids. */
function otherCharacter(): GraphQLError {
  return forbidden('Expected a token for this character, got one for others.');
}

function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}
