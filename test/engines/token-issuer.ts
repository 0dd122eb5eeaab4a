import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** Issues tokens, and serves the key that they are signed with. */
export type TokenIssuer = {
  /** What a server has to be told that takes its tokens. */
  readonly environment: Readonly<Record<string, string>>;
  readonly publicKey: string;
  /** The claims of a good token for alice, who may read and append everything, for five minutes. */
  readonly claims: () => JWTPayload;
  /** A token; claims that are `undefined` are left out. */
  readonly sign: (
    claims?: Readonly<Record<string, unknown>>,
    header?: Partial<JWTHeaderParameters>,
  ) => Promise<string>;
  /** How often the keys were asked for. */
  readonly asked: () => number;
  readonly stop: () => Promise<void>;
};

const issuer = 'https://issuer.example';
const audience = 'character-events';

/** An issuer with a key of its own, on a free port. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'first', use: 'sig' };
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port, got none.');
  const claims = () => ({
    iss: issuer,
    aud: audience,
    sub: 'alice',
    exp: inSeconds(300),
    scope: 'events:read events:append',
  });
  return {
    environment: {
      AUTH_MODE: 'jwt',
      AUTH_JWKS_URL: `http://127.0.0.1:${address.port}/keys`,
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: audience,
    },
    publicKey: await exportSPKI(publicKey),
    claims,
    sign: (changed = {}, header = {}) =>
      new SignJWT({ ...claims(), ...changed })
        .setProtectedHeader({ alg: 'ES256', kid: 'first', ...header })
        .sign(privateKey),
    asked: () => asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A time from now, as claims have it. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}
