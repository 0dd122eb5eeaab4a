import type { KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';

/**
 * Verifies a token's signature and claims, and gives the claims. Throws what `jwtVerify` of jose throws, and
 * `KeysUnavailableError`.
 */
export type VerifyToken = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

/** The key set does not answer, or answers without keys. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

/** The first name covers Ed448 too; issuers move to the second. See https://www.rfc-editor.org/rfc/rfc9864 */
const namesOfEd25519 = ['EdDSA', 'Ed25519'];
const algorithmsOfSets = ['RS256', 'PS256', 'ES256', ...namesOfEd25519];
const algorithmsOfKeys: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RS256', 'PS256'],
  ec: ['ES256'],
  ed25519: namesOfEd25519,
};

/** By one public key. */
export function verifyByKey(key: KeyObject): VerifyToken {
  const algorithms = [...(algorithmsOfKeys[key.asymmetricKeyType ?? ''] ?? [])];
  return async (token, options) => (await jwtVerify(token, key, { ...options, algorithms })).payload;
}

const timeoutMs = 3_000;
const maxAgeMs = 600_000;
/** Between two fetches for keys that are not known, and while the set does not answer. */
const pauseMs = 30_000;
/** Between two fetches until the set has answered once. */
const firstPauseMs = 1_000;

/**
 * By the JWK set at this address. Its keys are fetched anew after 10 minutes, and, at most every 30 s, for a token
 * that none of them has signed. While the set does not answer, those known so far go on. A fetch may take 3 s. An
 * outage is logged at its begin and its end.
 */
export function verifyByKeySet(url: URL, log: Pick<Logger, 'error' | 'warn'>): VerifyToken {
  let known: JWTVerifyGetKey | undefined;
  let isAway = false;
  let last = { at: Number.NEGATIVE_INFINITY, done: Promise.resolve() };

  async function fetchAnew(): Promise<void> {
    try {
      known = await keysAt(url);
      if (isAway) log.warn('The keys that tokens are signed with can be had again');
      isAway = false;
    } catch (cause) {
      const err = new KeysUnavailableError(`Expected a JWK set at ${url.href}, got none.`, { cause });
      const outcome = known === undefined ? 'nobody is let in' : 'the keys known so far go on';
      if (!isAway) log.error({ err }, `The keys that tokens are signed with cannot be had; ${outcome}`);
      isAway = true;
    }
  }

  /** Fetches the keys unless that was begun less than `ageMs` ago; resolves at the end of the last fetch. */
  function refreshed(ageMs: number): Promise<void> {
    if (Date.now() - last.at >= ageMs) last = { at: Date.now(), done: fetchAnew() };
    return last.done;
  }

  return async (token, options) => {
    const refresh = refreshed(known === undefined ? firstPauseMs : isAway ? pauseMs : maxAgeMs);
    if (known === undefined) await refresh;
    const keys = known;
    if (keys === undefined) throw new KeysUnavailableError('Expected a JWK set, got none.');
    try {
      return await verifyByEach(keys, token, options);
    } catch (error) {
      if (!mayBeOfNewKey(error)) throw error;
      await refreshed(pauseMs);
      if (known !== keys) return verifyByEach(known ?? keys, token, options);
      if (isAway && error instanceof errors.JWKSNoMatchingKey) throw new KeysUnavailableError(error.message);
      throw error;
    }
  };
}

const jwkSet = z.object({ keys: z.array(z.unknown()) });
const jwk = z.looseObject({ kty: z.string(), alg: z.string().optional() });

async function keysAt(url: URL): Promise<JWTVerifyGetKey> {
  const headers = { accept: 'application/json, application/jwk-set+json' };
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  if (response.status !== 200) throw new Error(`Expected status 200, got ${response.status}.`);
  const { keys } = jwkSet.parse(await response.json());
  // Members that are no keys are passed over: https://www.rfc-editor.org/rfc/rfc7517#section-5
  const readable = keys.flatMap((key) => jwk.safeParse(key).data ?? []);
  return createLocalJWKSet({ keys: readable.map(underBothNames) });
}

/** A key of Ed25519 fits tokens of either name: it comes without the one that its issuer gives it. */
function underBothNames({ alg, ...key }: z.output<typeof jwk>) {
  return alg === undefined || namesOfEd25519.includes(alg) ? key : { ...key, alg };
}

/** Verifies by the key that fits, or by each one of several: issuers may give them no names, or the same. */
async function verifyByEach(
  keys: JWTVerifyGetKey,
  token: string,
  given: JWTVerifyOptions,
): Promise<JWTPayload> {
  const options = { ...given, algorithms: algorithmsOfSets };
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (problem) {
        if (isOfClaims(problem)) throw problem;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Whether the signature holds, and the claims do not. */
function isOfClaims(error: unknown): boolean {
  return error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
}

function mayBeOfNewKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
}
