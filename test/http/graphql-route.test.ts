import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { startServer } from '../engines/server-process.ts';
import { appendEvent, appendEvents } from '../graphql/documents.ts';

let engine: EngineUnderTest;
let server: ServerHere;
beforeAll(async () => {
  engine = await embedded.open();
  server = await startServerHere(engine.environment);
});
afterAll(async () => {
  await server.stop();
  await engine.close();
});

type Sent = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: object;
  readonly body?: string;
};

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/** Sends a body as Latin-1, so that a test can write any byte, and to the path as it is written. */
async function send(sent: Sent, to = server): Promise<Answer> {
  const { method = 'POST', path = '/graphql', headers = {}, body = '' } = sent;
  const { hostname, port } = new URL(to.url);
  const message = request({ hostname, port, method, path, headers: { ...json, ...headers } });
  message.on('error', () => {});
  message.end(Buffer.from(body, 'latin1'));
  try {
    const [answer] = await once(message, 'response');
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  } catch (error) {
    // A body that is refused is not read to its end, so that writing it may fail before the answer is read.
    if (!/EPIPE|ECONNRESET/.test(String(error))) throw error;
    return send(sent, to);
  }
}

const json = { 'content-type': 'application/json' };
const typename = '{"query":"{ __typename }"}';

/** The form of GraphQL, and nothing beside it. */
const errorsOf = (code: string) => ({
  errors: [
    { message: expect.any(String), extensions: { code, retryable: false, requestId: expect.any(String) } },
  ],
});

const appendOf = (id: string) =>
  JSON.stringify({
    query: appendEvent,
    variables: { input: { characterId: id, characterName: 'Zo', characterHitPoints: 1 } },
  });

describe('bytes that are no UTF-8', () => {
  test.each([
    ['Latin-1', 'zo\xeb'],
    ['a byte that no encoding of UTF-8 has', 'zo\xff'],
    ['half a letter', 'zo\xc3'],
    ['a letter in too many bytes', '\xc0\xafzo'],
    ['a surrogate', '\xed\xa0\x80zo'],
    ['a letter beyond Unicode', '\xf4\x90\x80\x80zo'],
  ])('are refused in a body: %s', async (_, id) => {
    const { status, body } = await send({ body: appendOf(id) });
    expect([status, JSON.parse(body)]).toEqual([400, errorsOf('BAD_REQUEST')]);
  });

  test.each(['zo%EB', 'zo%ff', '%C3', '%ED%A0%80', '%u00eb', '%'])(
    'are refused in a query: %s',
    async (id) => {
      for (const path of [
        `/graphql?query={character(id:"${id}"){__typename}}`,
        `/graphql?query={__typename}&variables={"id":"${id}"}`,
      ]) {
        const headers = { 'apollo-require-preflight': 'true' };
        const { status, body } = await send({ method: 'GET', path, headers });
        expect([status, JSON.parse(body)]).toEqual([400, errorsOf('BAD_REQUEST')]);
      }
    },
  );

  test('nor are letters taken that a query leaves as they are: Node reads them as Latin-1', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head = 'Host: localhost\r\nConnection: close\r\nApollo-Require-Preflight: true';
    socket.write(`GET /graphql?query={character(id:"zoë"){__typename}} HTTP/1.1\r\n${head}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('store nothing, and letters that are UTF-8 arrive as they are', async () => {
    const id = 'zoë 🐉 \u2028 ﬀ';
    const { data } = await server.graphql(appendEvent, {
      input: { characterId: id, characterName: 'Zoë', characterHitPoints: 1 },
    });
    expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
    expect(await engine.table.query('zo\ufffd', { limit: 1 })).toEqual([]);
    const query = encodeURIComponent(
      `{ character(id: ${JSON.stringify(id)}) { ... on Character { id name } } }`,
    );
    const answer = await fetch(`${server.url}?query=${query}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await answer.json()).toEqual({ data: { character: { id, name: 'Zoë' } } });
  });

  test('a byte-order mark in front of a body is none of it', async () => {
    expect(await send({ body: `\xef\xbb\xbf${typename}` })).toMatchObject({ status: 200 });
  });
});

describe('the charset of a body', () => {
  const withCharset = (charset: string) =>
    send({ headers: { 'content-type': `application/json${charset}` }, body: typename });

  test.each([
    '',
    ';charset=utf-8',
    '; charset=UTF-8',
    '; Charset="utf-8"',
    '; charset=utf8',
    ';charset=utf-8;',
    '; profile="x"; charset=Utf-8',
  ])('may be UTF-8: %j', async (charset) => {
    expect(await withCharset(charset)).toMatchObject({ status: 200 });
  });

  test.each([
    '; charset=iso-8859-1',
    ';CHARSET="windows-1252"',
    '; charset=utf-16',
    '; charset=utf-7',
    '; charset=utf-8; charset=latin1',
    '; charset=klingon',
    '; profile=x;charset=us-ascii',
  ])('is refused if it is another: %j', async (charset) => {
    const { status, body } = await withCharset(charset);
    expect([status, JSON.parse(body)]).toEqual([415, errorsOf('UNSUPPORTED_MEDIA_TYPE')]);
  });
});

test.each([
  ['letters beyond ASCII', 'д'],
  ['letters that take two escapes', '🐉'],
])('a full group of 100 events is taken with every letter escaped: %s', async (_, letter) => {
  const longest = letter.repeat(Math.floor(250 / Buffer.byteLength(letter)));
  const event = {
    characterId: longest,
    characterName: letter.repeat(100),
    characterHitPoints: 1_000,
    note: letter.repeat(2_000),
  };
  const events = Array.from({ length: 100 }, (_, nth) => ({ ...event, idempotencyKey: `${longest}${nth}` }));
  const input = { events };
  const body = JSON.stringify({ query: appendEvents, variables: { input } }).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const answer = await send({ body });
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
    200,
    { data: { appendEvents: { __typename: 'AppendEventsSuccess' } } },
  ]);
});

test.each<readonly [string, object]>([
  ['Host', { host: 'a b' }],
  ['X-Forwarded-Host', { 'x-forwarded-host': 'a b' }],
  ['X-Forwarded-Proto', { 'x-forwarded-proto': '?' }],
])('what cannot stand in an address is refused, without a line in the log: %s %j', async (_, headers) => {
  const open = await startServerHere({ ...engine.environment, AUTH_MODE: 'unsafe-off', TRUST_PROXY: '1' });
  const answer = await send({ headers, body: typename }, open);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([400, errorsOf('BAD_REQUEST')]);
  await open.stop();
  expect(open.log()).not.toContain('"level":50');
});

describe('what /graphql refuses, it refuses in the form of GraphQL', () => {
  const chunked = { 'transfer-encoding': 'chunked' };
  const large = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(3_200_000) } });
  test.each<[string, Sent, number, string]>([
    ['too large a body', { body: large }, 413, 'PAYLOAD_TOO_LARGE'],
    ['too large a body of unknown length', { body: large, headers: chunked }, 413, 'PAYLOAD_TOO_LARGE'],
    ['no JSON', { body: '{"query":' }, 400, 'BAD_REQUEST'],
    ['no body', {}, 400, 'BAD_REQUEST'],
    ['a prototype', { body: '{"query":"{ __typename }","__proto__":{}}' }, 400, 'BAD_REQUEST'],
    ['text', { body: typename, headers: { 'content-type': 'text/plain' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'a wrong media type',
      { body: typename, headers: { 'content-type': 'x' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['PUT', { method: 'PUT', body: typename }, 405, 'METHOD_NOT_ALLOWED'],
    ['DELETE', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
    ['PROPFIND', { method: 'PROPFIND' }, 405, 'METHOD_NOT_ALLOWED'],
    ['an address below it', { path: '/graphql/schema', body: typename }, 404, 'NOT_FOUND'],
    ['another host', { headers: { host: 'rebound.example' }, body: typename }, 403, 'FORBIDDEN'],
    ['another host by PUT', { headers: { host: 'rebound.example' }, method: 'PUT' }, 403, 'FORBIDDEN'],
    ['another spelling', { path: '/%67raphql', method: 'PUT' }, 405, 'METHOD_NOT_ALLOWED'],
    [
      'another host as the target',
      { path: 'http://rebound.example/graphql', body: typename },
      403,
      'FORBIDDEN',
    ],
  ])('%s', async (_, sent, status, code) => {
    const answer = await send(sent);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, errorsOf(code)]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    if (status === 405) expect(answer.headers['allow']).toBe('GET, POST');
  });

  test('a mutation by GET, and a query by GET without a header that browsers ask for', async () => {
    const path = '/graphql?query=mutation{__typename}';
    const mutation = await send({ method: 'GET', path });
    expect([mutation.status, JSON.parse(mutation.body)]).toMatchObject([
      405,
      { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ]);
    const answer = await fetch(`${server.url}?query={__typename}`);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    ]);
  });

  test('a body that does not come, and what is no HTTP', { timeout: 30_000 }, async () => {
    const { hostname, port } = new URL(server.url);
    const late = connect(Number(port), hostname);
    const head = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 9';
    late.write(`POST /graphql HTTP/1.1\r\n${head}\r\n\r\n{`);
    const broken = connect(Number(port), hostname);
    broken.write('POST\r\n\r\n');
    for (const [socket, status, code, retryable] of [
      [late, 408, 'REQUEST_TIMEOUT', true],
      [broken, 400, 'BAD_REQUEST', false],
    ] as const) {
      const answer = await text(socket);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toEqual({
        errors: [{ message: expect.any(String), extensions: { code, retryable } }],
      });
    }
  });

  test('and what comes while the server ends', async () => {
    const ending = await startServer(engine.environment);
    const { hostname, port } = new URL(ending.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    // A request under way keeps the server from its end.
    const slow = connect(Number(port), hostname);
    slow.write('POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');
    slow.write('Expect: 100-continue\r\nContent-Length: 100\r\n\r\n');
    expect(String(await once(slow, 'data'))).toContain('100 Continue');
    const stopped = ending.stop('SIGTERM');
    await expect.poll(() => ending.log()).toContain('SIGTERM');
    socket.write('GET /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*\r\nconnection: close\r\n/s);
    expect(answer).toContain('"extensions":{"code":"SERVICE_UNAVAILABLE","retryable":true');
    slow.destroy();
    expect(await stopped).toBe(0);
  });
});
