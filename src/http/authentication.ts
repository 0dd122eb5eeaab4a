import type { KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Caller, TokenHolder } from '../graphql/authorization.ts';

/** What a token has to be like. */
export type TokenRules = {
  /** One key, or the address of a JWK set that has it. */
  readonly keys:
    | { readonly type: 'one'; readonly key: KeyObject }
    | { readonly type: 'set'; readonly url: URL };
  readonly issuer: string;
  readonly audience: string;
};

/** Who asks, or why they are not let in. */
export type AuthenticationOutcome =
  | { readonly type: 'known'; readonly caller: Caller }
  /** No token, or none that holds. */
  | { readonly type: 'refused'; readonly reason: string; readonly hadToken: boolean }
  /** The keys that would tell cannot be had now. */
  | { readonly type: 'undecided'; readonly reason: string };

/** Finds out who asks, from what stands in `Authorization`. */
export type Authenticate = (authorization: unknown) => Promise<AuthenticationOutcome>;

const algorithmsOfSets = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const algorithmsOfKeys: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RS256', 'PS256'],
  ec: ['ES256'],
  ed25519: ['EdDSA'],
};
const clockToleranceSeconds = 5;
const keySetTimeoutMs = 3_000;
/** So that a list of characters stays within what one request may read. */
const maxCharacters = 1_000;

/** Asks nobody. */
export const authenticateNobody: Authenticate = async () => ({ type: 'known', caller: 'anyone' });

/**
 * Lets in who brings a token (JWT) with a good signature by an asymmetric key, for this issuer and audience, that
 * is valid now and ends some time.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
export function authenticateByToken(
  { keys, issuer, audience }: TokenRules,
  log: Pick<Logger, 'error'>,
): Authenticate {
  const key = keys.type === 'one' ? async () => keys.key : keySet(keys.url);
  const algorithms =
    keys.type === 'one' ? (algorithmsOfKeys[keys.key.asymmetricKeyType ?? ''] ?? []) : algorithmsOfSets;
  const options = {
    algorithms: [...algorithms],
    issuer,
    audience,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: clockToleranceSeconds,
  };
  return async (authorization) => {
    const token = bearerToken(authorization);
    if (token === undefined)
      return refused('Expected a token, "Bearer …", in Authorization, got none.', false);
    try {
      return holderOf((await jwtVerify(token, key, options)).payload);
    } catch (error) {
      if (!(error instanceof KeysUnavailableError)) return refused(problemOf(error), true);
      log.error({ err: error }, 'The keys that tokens are signed with cannot be had; nobody is let in');
      return { type: 'undecided', reason: 'The keys that tokens are signed with cannot be had now.' };
    }
  };
}

/** The key set does not answer, or not with keys. */
class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

function keySet(url: URL): JWTVerifyGetKey {
  const keyOf = createRemoteJWKSet(url, { timeoutDuration: keySetTimeoutMs });
  return async (header, token) => {
    try {
      return await keyOf(header, token);
    } catch (error) {
      const isOfToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      if (isOfToken) throw error;
      throw new KeysUnavailableError(`Expected a JWK set at ${url.href}, got none.`, { cause: error });
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

function holderOf(payload: unknown): AuthenticationOutcome {
  const read = claims.safeParse(payload);
  if (!read.success) return refused(unacceptable(`claim ${String(read.error.issues[0]?.path[0])}`), true);
  const { sub, exp, scope, scp, characters } = read.data;
  const expiresAt = (exp + clockToleranceSeconds) * 1_000;
  const caller: TokenHolder = { actor: sub, scopes: [...scope, ...scp], characters, expiresAt };
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
