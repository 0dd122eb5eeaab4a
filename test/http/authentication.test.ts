import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticateByToken } from '../../src/http/authentication.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { freePort } from '../engines/free-port.ts';
import { type GraphqlAnswer, type ServerProcess, startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { inSeconds, startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { appendEvent } from '../graphql/documents.ts';

const eventAppended =
  'subscription ($id: ID!) { eventAppended(characterId: $id, afterVersion: -1) { version actor } }';

let issuer: TokenIssuer;
let engine: EngineUnderTest;
let byKeySet: ServerProcess;
let byPublicKey: ServerProcess;
let withoutKeys: ServerProcess;
beforeAll(async () => {
  issuer = await startTokenIssuer();
  engine = await embedded.open();
  const { AUTH_JWKS_URL: _, ...others } = issuer.environment;
  const common = { ...engine.environment, ...others };
  const nobody = `http://127.0.0.1:${await freePort()}/keys`;
  [byKeySet, byPublicKey, withoutKeys] = await Promise.all([
    startServer({ ...engine.environment, ...issuer.environment }),
    startServer({ ...common, AUTH_PUBLIC_KEY: issuer.publicKey.replaceAll('\n', '\\n') }),
    startServer({ ...common, AUTH_JWKS_URL: nobody }),
  ]);
});
afterAll(async () => {
  for (const server of [byKeySet, byPublicKey, withoutKeys]) await server.stop('SIGTERM');
  await engine.close();
  await issuer.stop();
});

const ask = (server: ServerProcess, token?: string): Promise<GraphqlAnswer> =>
  server.graphql('{ __typename }', {}, token);

/** The code and reason that a connection with this token ends with; `open` if it does not within a second. */
async function connect(server: ServerProcess, token?: string) {
  const parameters = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const client = webSocketClient(server, {}, parameters);
  const outcome = new Promise<{ code: number; reason: string } | 'open'>((resolve) => {
    client.on('connected', () => resolve('open'));
    client.on('closed', (event) => resolve(event as { code: number; reason: string }));
  });
  subscribe(client, eventAppended, { id: 'nobody' });
  const ended = await outcome;
  await client.dispose();
  return ended === 'open' ? ended : { code: ended.code, reason: ended.reason };
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens that must not let anyone in, and what is said about each. */
const badTokens: readonly (readonly [string, string, () => Promise<string>])[] = [
  [
    'that is not signed',
    'algorithm',
    async () => `${base64({ alg: 'none', kid: 'first' })}.${base64(issuer.claims())}.`,
  ],
  [
    'that is signed by the public key as a secret',
    'algorithm',
    () =>
      new SignJWT(issuer.claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .sign(new TextEncoder().encode(issuer.publicKey)),
  ],
  ['of another issuer', 'claim iss', () => issuer.sign({ iss: 'https://elsewhere.example' })],
  ['for another audience', 'claim aud', () => issuer.sign({ aud: 'something-else' })],
  ['that has expired', 'has expired', () => issuer.sign({ exp: inSeconds(-10) })],
  ['that is not valid yet', 'claim nbf', () => issuer.sign({ nbf: inSeconds(20) })],
  ['that never ends', 'claim exp', () => issuer.sign({ exp: undefined })],
  ['without a subject', 'claim sub', () => issuer.sign({ sub: undefined })],
  ['whose subject is empty', 'claim sub', () => issuer.sign({ sub: '' })],
  ['whose characters are no list', 'claim characters', () => issuer.sign({ characters: 'rogue' })],
  ['whose characters are null', 'claim characters', () => issuer.sign({ characters: null })],
  [
    'that is changed',
    'signature',
    async () => (await issuer.sign()).replace(/\.[^.]+\./, `.${base64(issuer.claims())}Z.`),
  ],
  ['that is none', 'form', async () => 'secret'],
  [
    'of another key of the same name',
    'signature',
    async () => {
      const { privateKey } = await generateKeyPair('ES256');
      return new SignJWT(issuer.claims()).setProtectedHeader({ alg: 'ES256', kid: 'first' }).sign(privateKey);
    },
  ],
];

describe.each([
  ['a key set', () => byKeySet],
  ['a public key', () => byPublicKey],
])('a server with %s', (_, server) => {
  test('lets a good token in', async () => {
    const token = await issuer.sign();
    expect(await ask(server(), token)).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    expect(await connect(server(), token)).toBe('open');
  });

  test.each(badTokens)('refuses a token %s for its %s', async (_, said, make) => {
    const token = await make();
    const { status, headers, data, errors } = await ask(server(), token);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      {
        message: expect.stringContaining(said),
        extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
      },
    ]);
    expect(await connect(server(), token)).toEqual({ code: 4401, reason: errors?.[0]?.message });
  });

  test('refuses who brings no token', async () => {
    const { status, headers, errors } = await ask(server());
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(headers.get('content-type')).toContain('json');
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await connect(server())).toMatchObject({ code: 4401 });
  });

  test('takes no token from the address, nor another scheme', async () => {
    const token = await issuer.sign();
    const address = `${server().url}?query={__typename}&access_token=${token}&authorization=Bearer%20${token}`;
    const preflight = { 'apollo-require-preflight': 'yes' };
    expect((await fetch(address, { headers: preflight })).status).toBe(401);
    const authorization = `Basic ${token}`;
    expect((await fetch(address, { headers: { ...preflight, authorization } })).status).toBe(401);
  });

  test('asks for no token at addresses without data of characters', async () => {
    for (const path of ['/livez', '/readyz', '/', '/character']) {
      expect((await fetch(new URL(path, server().url))).status).toBe(200);
    }
  });

  test('asks for a token before it tells its metrics', async () => {
    const metrics = (headers: Record<string, string>) =>
      fetch(new URL('/metrics', server().url), { headers });
    const refused = await metrics({});
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.json()).toEqual({
      message: expect.stringContaining('Expected a token'),
      requestId: refused.headers.get('x-request-id'),
    });
    expect((await metrics({ authorization: 'Bearer secret' })).status).toBe(401);
    const told = await metrics({ authorization: `Bearer ${await issuer.sign()}` });
    expect(await told.text()).toContain('graphql_operation_duration_seconds');
  });

  test('asks for a token before it tells the schema', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect((await server().graphql(query)).status).toBe(401);
    const { data } = await server().graphql(query, {}, await issuer.sign({ scope: '' }));
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });
});

test('a token of an unknown key is refused, and does not make the server ask for keys each time', async () => {
  await ask(byKeySet, await issuer.sign());
  const before = issuer.asked();
  for (let nth = 0; nth < 20; nth += 1) {
    const token = await issuer.sign({}, { kid: `unknown ${nth}` });
    expect(await ask(byKeySet, token)).toMatchObject({
      status: 401,
      errors: [{ message: expect.stringContaining('key') }],
    });
    if (nth === 0) expect(await connect(byKeySet, token)).toMatchObject({ code: 4401 });
  }
  expect(issuer.asked() - before).toBeLessThanOrEqual(1);
});

test('no token is accepted while the keys of tokens are out of reach, and the log says so', async () => {
  const token = await issuer.sign();
  const { status, data, errors } = await ask(withoutKeys, token);
  expect(status).toBe(503);
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([
    {
      message: 'The keys that tokens are signed with cannot be had now.',
      extensions: { code: 'AUTHENTICATION_UNAVAILABLE' },
    },
  ]);
  expect(await connect(withoutKeys, token)).toEqual({ code: 1013, reason: errors?.[0]?.message });
  await expect.poll(() => withoutKeys.log()).toContain('nobody is let in');
  expect(withoutKeys.log()).not.toContain(token);
});

test('an open connection is closed when its token ends, and nothing more comes', async () => {
  const token = await issuer.sign({ exp: inSeconds(-3) });
  const client = webSocketClient(byKeySet, {}, { authorization: `Bearer ${token}` });
  const closed = new Promise<number>((resolve) => {
    client.on('closed', (event) => resolve((event as { code: number }).code));
  });
  const id = `rogue ${crypto.randomUUID()}`;
  const following = subscribe<object>(client, eventAppended, { id });
  const append = async (characterHitPoints: number) => {
    const input = { characterId: id, characterName: 'Rogue', characterHitPoints };
    return byKeySet.graphql(appendEvent, { input }, await issuer.sign());
  };
  await append(8);
  expect(await following.until(1)).toEqual([{ eventAppended: { version: 0, actor: 'alice' } }]);
  expect(await closed).toBe(4403);
  await append(1);
  expect(following.received).toHaveLength(1);
});

test('without authentication events have no actor, and a token is not looked at', async () => {
  const server = await startServer(engine.environment);
  const input = {
    characterId: `rogue ${crypto.randomUUID()}`,
    characterName: 'Rogue',
    characterHitPoints: 8,
  };
  const query = `mutation ($input: AppendEventInput!) {
    appendEvent(input: $input) { ... on AppendEventSuccess { event { actor } } }
  }`;
  const { data } = await server.graphql(query, { input }, 'secret');
  expect(data).toEqual({ appendEvent: { event: { actor: null } } });
  await server.stop('SIGTERM');
});

describe('a public key', () => {
  const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
  const rules = { issuer: 'https://issuer.example', audience: 'character-events' };
  const pairOf = async (algorithm: string) => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const keys = { type: 'one', key: KeyObject.from(publicKey) } as const;
    return { privateKey, authenticate: authenticateByToken({ ...rules, keys }, { error: () => {} }) };
  };
  const bearer = async (alg: string, { privateKey }: Awaited<ReturnType<typeof pairOf>>) =>
    `Bearer ${await new SignJWT(issuer.claims()).setProtectedHeader({ alg }).sign(privateKey)}`;

  test.each(algorithms)('takes tokens signed with %s', async (algorithm) => {
    const pair = await pairOf(algorithm);
    expect(await pair.authenticate(await bearer(algorithm, pair))).toMatchObject({
      type: 'known',
      caller: { actor: 'alice', scopes: ['events:read', 'events:append'] },
    });
  });

  test.each(algorithms)('refuses tokens of other keys than its own, of %s', async (algorithm) => {
    for (const other of ['RS512', 'ES384', ...algorithms]) {
      const { authenticate } = await pairOf(algorithm);
      expect(await authenticate(await bearer(other, await pairOf(other)))).toMatchObject({ type: 'refused' });
    }
  });
});

test.each<[string, RequestListener]>([
  ['never answers', () => {}],
  ['answers with an error', (_, response) => response.writeHead(500).end('{"keys":[]}')],
  ['answers with a page', (_, response) => response.end('<html></html>')],
  ['answers with no set', (_, response) => response.end('{"keys":{}}')],
  [
    'sends elsewhere',
    (_, response) => response.writeHead(302, { location: issuer.environment['AUTH_JWKS_URL'] }).end(),
  ],
])('a key set that %s refuses every token, and is logged', async (_, listener) => {
  const port = await freePort();
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const logged: unknown[] = [];
  const keys = { type: 'set', url: new URL(`http://127.0.0.1:${port}/keys`) } as const;
  const rules = { keys, issuer: 'https://issuer.example', audience: 'character-events' };
  const authenticate = authenticateByToken(rules, { error: (entry: unknown) => logged.push(entry) });
  const since = performance.now();
  expect(await authenticate(`Bearer ${await issuer.sign()}`)).toMatchObject({ type: 'undecided' });
  expect(performance.now() - since).toBeLessThan(4_000);
  expect(logged).toMatchObject([{ err: { name: 'KeysUnavailableError', cause: expect.any(Error) } }]);
  server.closeAllConnections();
  server.close();
});
