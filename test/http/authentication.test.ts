import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { authenticateByToken } from '../../src/http/authentication.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { freePort } from '../engines/free-port.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { type GraphqlAnswer, startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { inSeconds, startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { appendEvent } from '../graphql/documents.ts';

const eventAppended =
  'subscription ($id: ID!) { eventAppended(characterId: $id, afterVersion: -1) { version actor } }';

let issuer: TokenIssuer;
let engine: EngineUnderTest;
let byKeySet: ServerHere;
let byPublicKey: ServerHere;
let withoutKeys: ServerHere;
beforeAll(async () => {
  issuer = await startTokenIssuer();
  engine = await embedded.open();
  const { AUTH_JWKS_URL: _, ...others } = issuer.environment;
  const common = { ...engine.environment, ...others };
  const nobody = `http://127.0.0.1:${await freePort()}/keys`;
  [byKeySet, byPublicKey, withoutKeys] = await Promise.all([
    startServerHere({ ...engine.environment, ...issuer.environment }),
    startServerHere({ ...common, AUTH_PUBLIC_KEY: issuer.publicKey.replaceAll('\n', '\\n') }),
    startServerHere({ ...common, AUTH_JWKS_URL: nobody }),
  ]);
});
afterAll(async () => {
  for (const server of [byKeySet, byPublicKey, withoutKeys]) await server.stop();
  await engine.close();
  await issuer.stop();
});

const ask = (server: Pick<ServerHere, 'graphql'>, token?: string): Promise<GraphqlAnswer> =>
  server.graphql('{ __typename }', {}, token);

/** The code and reason that a connection with this token ends with; `open` if it does not within a second. */
async function connect(
  server: ServerHere,
  token?: string,
  parameters: Readonly<Record<string, unknown>> = token === undefined
    ? {}
    : { authorization: `Bearer ${token}` },
  headers: Readonly<Record<string, string>> = {},
) {
  const client = webSocketClient(server, headers, parameters);
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
  // Holds for 5 s more than it says: on a slow machine the connection has to come about in that time.
  const token = await issuer.sign({ exp: inSeconds(1) });
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

describe('a connection', () => {
  test.each<[string, (bearer: string) => object, ((bearer: string) => Record<string, string>)?]>([
    ['under Authorization', (Authorization) => ({ Authorization })],
    ['under AUTHORIZATION', (AUTHORIZATION) => ({ AUTHORIZATION })],
    ['under headers', (authorization) => ({ headers: { authorization } })],
    ['under headers, each in another case', (AuthoriZation) => ({ Headers: { AuthoriZation } })],
    [
      'under headers, beside an empty one',
      (bearer) => ({ authorization: '', headers: { Authorization: bearer } }),
    ],
    ['in the header of its upgrade', () => ({}), (authorization) => ({ authorization })],
    [
      'beside another header',
      (Authorization) => ({ Authorization }),
      () => ({ authorization: 'Basic YTpi' }),
    ],
  ])('brings its token %s', async (_, parameters, headers = () => ({})) => {
    const bearer = `Bearer ${await issuer.sign()}`;
    expect(await connect(byKeySet, undefined, { ...parameters(bearer) }, headers(bearer))).toBe('open');
  });

  test.each([
    [{}, 'got none'],
    [{ headers: null }, 'got none'],
    [{ headers: 'Bearer' }, 'got none'],
    [{ token: 'secret' }, 'got none'],
    [{ authorization: 'secret' }, 'got something else'],
    [{ Authorization: 7 }, 'got something else'],
    [{ headers: { Authorization: 'Basic YTpi' } }, 'got something else'],
  ])('with %j is told the truth: %s', async (parameters, said) => {
    expect(await connect(byKeySet, undefined, parameters)).toEqual({
      code: 4401,
      reason: expect.stringContaining(said),
    });
  });

  test('that is gone before its token is verified leaves nothing behind that holds up a stop', async () => {
    const port = await freePort();
    const keys = await (await fetch(issuer.environment['AUTH_JWKS_URL'] ?? '')).text();
    let letAnswer = () => {};
    const mayAnswer = new Promise<void>((resolve) => {
      letAnswer = resolve;
    });
    const slow = createServer(async (_, response) => {
      await mayAnswer;
      response.end(keys);
    }).listen(port, '127.0.0.1');
    const environment = { ...issuer.environment, AUTH_JWKS_URL: `http://127.0.0.1:${port}/keys` };
    const server = await startServer({ ...engine.environment, ...environment });
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
    await once(socket, 'open');
    const authorization = `Bearer ${await issuer.sign()}`;
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await once(slow, 'request');
    socket.close();
    await once(socket, 'close');
    letAnswer();
    // Waits for the same keys, and is answered after whoever has waited before.
    await expect.poll(async () => (await ask(server, await issuer.sign())).status).toBe(200);
    const since = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(performance.now() - since).toBeLessThan(4_500);
    slow.closeAllConnections();
    slow.close();
  });
});

describe('a server with AUTH_CLIENT_IDS', () => {
  let server: ServerHere;
  beforeAll(async () => {
    const clients = { AUTH_CLIENT_IDS: '1example23456789, other' };
    server = await startServerHere({ ...engine.environment, ...issuer.environment, ...clients });
  });
  afterAll(() => server.stop());

  const cognito = (changed: Readonly<Record<string, unknown>> = {}) =>
    issuer.sign({
      aud: undefined,
      client_id: '1example23456789',
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin character-events/events:read',
      ...changed,
    });
  const read = '{ characters(first: 1) { nodes { id } } }';

  test('takes an access token of Amazon Cognito, with the scopes of this API', async () => {
    expect(await server.graphql(read, {}, await cognito())).toMatchObject({ status: 200, errors: undefined });
    expect(await connect(server, await cognito({ client_id: 'other' }))).toBe('open');
    const { errors } = await server.graphql(read, {}, await cognito({ scope: 'another/events:read' }));
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('takes tokens for its audience as before', async () => {
    expect(await ask(server, await issuer.sign())).toMatchObject({ status: 200 });
  });

  test.each([
    ['of another client', 'claim client_id', { client_id: 'elsewhere' }],
    ['of no client', 'claim client_id', { client_id: undefined }],
    ['of a list of clients', 'claim client_id', { client_id: ['elsewhere', 'other'] }],
    ['that says who one is', 'claim aud', { token_use: 'id', aud: '1example23456789' }],
    ['that does not say what it is for', 'claim aud', { token_use: undefined }],
    ['for another audience', 'claim aud', { aud: 'elsewhere' }],
    ['for nobody', 'claim aud', { aud: null }],
    ['of another issuer', 'claim iss', { iss: 'https://elsewhere.example' }],
    ['that has expired', 'has expired', { exp: inSeconds(-10) }],
  ])('refuses a token %s for its %s', async (_, said, changed) => {
    expect(await ask(server, await cognito(changed))).toMatchObject({
      status: 401,
      errors: [{ message: expect.stringContaining(said) }],
    });
  });

  test('without it no token goes without an audience', async () => {
    expect(await ask(byKeySet, await cognito())).toMatchObject({ status: 401 });
  });
});

test('without authentication events have no actor, and a token is not looked at', async () => {
  const server = await startServerHere(engine.environment);
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
  await server.stop();
});

describe('a public key', () => {
  const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
  const rules = { issuer: 'https://issuer.example', audience: 'character-events' };
  const pairOf = async (algorithm: string) => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const keys = { type: 'one', key: KeyObject.from(publicKey) } as const;
    return {
      privateKey,
      authenticate: authenticateByToken({ ...rules, keys }, { error: () => {}, warn: () => {} }),
    };
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
  const log = { error: (entry: unknown) => logged.push(entry), warn: () => {} };
  const authenticate = authenticateByToken(rules, log);
  const since = performance.now();
  expect(await authenticate(`Bearer ${await issuer.sign()}`)).toMatchObject({ type: 'undecided' });
  // A fetch may take 3 s.
  expect(performance.now() - since).toBeLessThan(9_000);
  expect(logged).toMatchObject([{ err: { name: 'KeysUnavailableError', cause: expect.any(Error) } }]);
  server.closeAllConnections();
  server.close();
});
