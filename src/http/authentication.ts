import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { decodeJwt, errors } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { TokenRules } from '../config.ts';
import type { Caller, TokenHolder } from '../graphql/authorization.ts';
import { KeysUnavailableError, verifyByKey, verifyByKeySet } from './token-keys.ts';

/** Who calls, or why that is not known. */
export type AuthenticationOutcome =
  | { readonly type: 'known'; readonly caller: Caller }
  /** No token, or one that does not hold. */
  | { readonly type: 'refused'; readonly reason: string; readonly hadToken: boolean }
  /** The keys that tokens are signed with are out of reach. */
  | { readonly type: 'undecided'; readonly reason: string };

/** Authenticates a caller by the value of `Authorization`. Never rejects. */
export type Authenticate = (authorization: unknown) => Promise<AuthenticationOutcome>;

const clockToleranceSeconds = 5;
/** A list of characters reads each of them, so the claim bounds that read. */
const maxCharacters = 1_000;

/** The outcome without authentication. */
export const anyone: AuthenticationOutcome = { type: 'known', caller: 'anyone' };

/** Every caller is `anyone`; `Authorization` is ignored. */
export const withoutAuthentication: Authenticate = async () => anyone;

/**
 * Authentication by a bearer token, a JWT with a subject and an expiry, signed with an asymmetric key, for this
 * issuer and audience. Clocks may differ by 5 s. In place of the audience an access token of Amazon Cognito names
 * its client.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function authenticateByToken(
  { keys, issuer, audience, clientIds = [] }: TokenRules,
  log: Pick<Logger, 'error' | 'warn'>,
): Authenticate {
  const verify = keys.type === 'one' ? verifyByKey(keys.key) : verifyByKeySet(keys.url, log);
  const options = { issuer, requiredClaims: ['exp', 'sub'], clockTolerance: clockToleranceSeconds };
  return async (authorization) => {
    if (authorization === undefined) return refused('Expected a token in Authorization, got none.', false);
    const token = bearerToken(authorization);
    if (token === undefined)
      return refused('Expected "Bearer …", a token, in Authorization, got something else.', false);
    try {
      const { aud, token_use } = decodeJwt(token);
      const namesClient = clientIds.length > 0 && aud === undefined && token_use === 'access';
      const payload = await verify(token, namesClient ? options : { ...options, audience });
      if (namesClient && !clientIds.includes(String(payload['client_id'])))
        return refused(unacceptable('claim client_id'), true);
      return holderOf(payload, audience);
    } catch (error) {
      if (!(error instanceof KeysUnavailableError)) return refused(problemOf(error), true);
      return { type: 'undecided', reason: 'The keys that tokens are signed with cannot be had now.' };
    }
  };
}

function bearerToken(authorization: unknown): string | undefined {
  return typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization)?.[1] : undefined;
}

const words = z.union([z.string().transform((text) => text.split(' ')), z.array(z.string())]).default([]);
const claims = z.object({
  sub: z
    .string()
    .max(255)
    .regex(/^\P{Cc}+$/u)
    .refine((sub) => sub.isWellFormed()),
  exp: z.number(),
  scope: words,
  scp: words,
  characters: z.array(z.string()).max(maxCharacters).optional(),
});

function holderOf(payload: unknown, audience: string): AuthenticationOutcome {
  const read = claims.safeParse(payload);
  if (!read.success) return refused(unacceptable(`claim ${String(read.error.issues[0]?.path[0])}`), true);
  const { sub, exp, scope, scp, characters } = read.data;
  const expiresAt = (exp + clockToleranceSeconds) * 1_000;
  // Cognito puts the identifier of the API before each scope.
  const scopes = [...scope, ...scp].map((name) =>
    name.startsWith(`${audience}/`) ? name.slice(audience.length + 1) : name,
  );
  const caller: TokenHolder = { actor: sub, scopes, characters, expiresAt };
  return { type: 'known', caller };
}

function problemOf(error: unknown): string {
  if (error instanceof errors.JWTExpired)
    return 'Expected a token that is still valid, got one that has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) return unacceptable(`claim ${error.claim}`);
  if (error instanceof errors.JOSEAlgNotAllowed) return unacceptable('algorithm');
  if (error instanceof errors.JWKSNoMatchingKey) return unacceptable('key');
  return unacceptable('form or signature');
}

function unacceptable(part: string): string {
  return `Expected a token that this server accepts, got one whose ${part} it does not accept.`;
}

function refused(reason: string, hadToken: boolean): AuthenticationOutcome {
  return { type: 'refused', reason, hadToken };
}

type NotKnown = Exclude<AuthenticationOutcome, { readonly type: 'known' }>;

/**
 * How HTTP refuses a caller: status 401 with the challenge for `WWW-Authenticate`, or 503 while the keys of tokens
 * are out of reach.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function refusalOf(outcome: NotKnown): { readonly status: number; readonly challenge?: string } {
  if (outcome.type === 'undecided') return { status: 503 };
  return { status: 401, challenge: outcome.hadToken ? 'Bearer error="invalid_token"' : 'Bearer' };
}

/** The error that answers a GraphQL request of a caller who is not known, with the status of the refusal. */
export function unauthenticated(outcome: NotKnown, requestId: string): GraphQLError {
  const { status, challenge } = refusalOf(outcome);
  const code = outcome.type === 'undecided' ? 'AUTHENTICATION_UNAVAILABLE' : 'UNAUTHENTICATED';
  const headers = new HeaderMap();
  if (challenge !== undefined) headers.set('www-authenticate', challenge);
  const extensions: Record<string, unknown> = { code, requestId, http: { status, headers } };
  return new GraphQLError(outcome.reason, { extensions });
}
