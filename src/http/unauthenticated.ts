import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { AuthenticationOutcome } from './authentication.ts';

type NotLetIn = Exclude<AuthenticationOutcome, { readonly type: 'known' }>;

/**
 * How HTTP refuses a caller who is not let in: status 401 with the challenge for `WWW-Authenticate`, or 503 if
 * that cannot be told now.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function refusalOf(outcome: NotLetIn): {
  readonly status: number;
  readonly challenge?: string;
} {
  if (outcome.type === 'undecided') return { status: 503 };
  return { status: 401, challenge: outcome.hadToken ? 'Bearer error="invalid_token"' : 'Bearer' };
}

/** What a GraphQL request is answered with whose caller is not let in. */
export function unauthenticated(outcome: NotLetIn, requestId: string): GraphQLError {
  const { status, challenge } = refusalOf(outcome);
  const code = outcome.type === 'undecided' ? 'AUTHENTICATION_UNAVAILABLE' : 'UNAUTHENTICATED';
  const headers = new HeaderMap();
  if (challenge !== undefined) headers.set('www-authenticate', challenge);
  const extensions: Record<string, unknown> = { code, requestId, http: { status, headers } };
  return new GraphQLError(outcome.reason, { extensions });
}
