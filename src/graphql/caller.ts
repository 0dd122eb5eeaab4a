import { GraphQLError } from 'graphql';

/** What a token may permit: to read characters and events, to append events. */
export type Scope = 'events:read' | 'events:append';

/** Who a token speaks for, and what it permits. */
export type TokenHolder = {
  /** The token's subject, stored with every event that it appends. */
  readonly actor: string;
  readonly scopes: readonly string[];
  /** The only characters that it permits; left out: all. */
  readonly characters?: readonly string[] | undefined;
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAt: number;
};

/** Who sends a request: the holder of a token or, where nobody is asked who they are, anyone. */
export type Caller = 'anyone' | TokenHolder;

/** The refusal of a caller whose token lacks a scope. */
export function lacksScope(scope: Scope): GraphQLError {
  return forbidden(`Expected a token with the scope ${scope}, got one without it.`);
}

/** The refusal of a caller whose token is for other characters. It does not tell whether this one exists. */
export function notForThisCharacter(): GraphQLError {
  return forbidden('Expected a token for this character, got one for others.');
}

function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}
