import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { AuthenticationOutcome } from './authentication.ts';

/** What a request is answered with whose caller is not let in: status 401, or 503 if that cannot be told now. */
export function unauthenticated(
  outcome: Exclude<AuthenticationOutcome, { readonly type: 'known' }>,
  requestId: string,
): GraphQLError {
  const extensions: Record<string, unknown> =
    outcome.type === 'undecided'
      ? { code: 'AUTHENTICATION_UNAVAILABLE', requestId, http: { status: 503 } }
      : { code: 'UNAUTHENTICATED', requestId, http: challenge(outcome.hadToken) };
  return new GraphQLError(outcome.reason, { extensions });
}

function challenge(hadToken: boolean) {
  const scheme = hadToken ? 'Bearer error="invalid_token"' : 'Bearer';
  return { status: 401, headers: new HeaderMap([['www-authenticate', scheme]]) };
}
