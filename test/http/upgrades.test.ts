import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';

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

const query = '{"query":"{ __typename }"}';
const answered = '{"data":{"__typename":"Query"}}';
const live = '{"status":"live"}';

/** A request as text. The last one of a connection ends it. */
function text(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const all = { host: 'localhost', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[`${line} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

const toHttp2 = {
  connection: 'Upgrade, HTTP2-Settings',
  upgrade: 'h2c',
  'http2-settings': 'AAMAAABkAAQAoAAA',
};
const json = { 'content-type': 'application/json' };
const posted = (headers: Readonly<Record<string, string>>, body = query) =>
  text('POST /graphql', { ...json, 'content-length': String(query.length), ...headers }, body);
const last = text('GET /livez', { connection: 'close' });

/** The status and the body of each answer on one connection, the pieces sent with a pause between them. */
async function answers(...pieces: readonly string[]): Promise<readonly (readonly [number, string])[]> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const whole = socket.toArray();
  for (const piece of pieces) {
    socket.write(piece);
    await sleep(30);
  }
  const received = Buffer.concat(await whole).toString();
  return Array.from(
    received.matchAll(/HTTP\/1\.1 (\d+) (?:.+\r\n)+\r\n(?:(?!HTTP\/1\.1 \d).)*/g),
    ([answer, status]) => [Number(status), answer.slice(answer.lastIndexOf('\r\n') + 2)],
  );
}

describe('an Upgrade to anything but a WebSocket is ignored', () => {
  test.each(['h2c', 'TLS/1.0', 'TLS/1.3, HTTP/2.0', 'h2c, websocket', 'WebSockets'])(
    '%s',
    async (upgrade) => {
      expect(await answers(posted({ ...toHttp2, upgrade }), last)).toEqual([
        [200, answered],
        [200, live],
      ]);
    },
  );

  test('also in upper case, twice, and on a request that ends the connection', async () => {
    const shouted = text('GET /livez', { CONNECTION: 'UPGRADE, close', UPGRADE: 'H2C' });
    expect(await answers(shouted.replace('UPGRADE: H2C', 'UPGRADE: H2C\r\nUpgrade: TLS/1.2'))).toEqual([
      [200, live],
    ]);
  });

  test('on every address', async () => {
    const statuses: number[] = [];
    for (const path of ['/livez', '/readyz', '/', '/character?id=x', '/graphiql', '/nowhere']) {
      const [first, second] = await answers(text(`GET ${path}`, toHttp2), last);
      statuses.push(first?.[0] ?? 0, second?.[0] ?? 0);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 404, 200]);
  });

  test('by every method, also one to a WebSocket that is no GET', async () => {
    expect(await answers(posted({ connection: 'Upgrade', upgrade: 'websocket' }), last)).toEqual([
      [200, answered],
      [200, live],
    ]);
    for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const plain = await answers(text(`${method} /livez`, { connection: 'close' }));
      const upgraded = { ...toHttp2, connection: 'Upgrade, HTTP2-Settings, close' };
      const [answer] = await answers(text(`${method} /livez`, upgraded));
      expect([method, answer?.[0]]).toEqual([method, plain[0]?.[0]]);
    }
  });

  test('with a body that comes later and in pieces', async () => {
    const head = posted(toHttp2, '');
    expect(await answers(head, query.slice(0, 7), query.slice(7), last)).toEqual([
      [200, answered],
      [200, live],
    ]);
    const chunked = text('POST /graphql', { ...json, ...toHttp2, 'transfer-encoding': 'chunked' });
    const chunks = [
      'a\r\n',
      query.slice(0, 10),
      `\r\n${(query.length - 10).toString(16)}\r\n`,
      query.slice(10),
    ];
    expect(await answers(chunked, ...chunks, '\r\n0\r\n\r\n', last)).toEqual([
      [200, answered],
      [200, live],
    ]);
  });

  test('with a body that is asked for', async () => {
    const [head, ...rest] = await answers(posted({ ...toHttp2, expect: '100-continue' }, ''), query, last);
    expect(head?.[0]).toBe(100);
    expect(rest.map(([status]) => status)).toEqual([200, 200]);
  });

  test('within requests that are sent before the answers, in their order', async () => {
    const pipeline = [
      posted({}),
      posted(toHttp2),
      text('GET /livez', toHttp2),
      posted(toHttp2),
      posted({}),
      last,
    ];
    expect(await answers(pipeline.join(''))).toEqual([
      [200, answered],
      [200, answered],
      [200, live],
      [200, answered],
      [200, answered],
      [200, live],
    ]);
  });

  test('a thousand times on one connection', async () => {
    const received = await answers(...Array.from({ length: 10 }, () => posted(toHttp2).repeat(100)), last);
    expect(received).toHaveLength(1_001);
    expect(new Set(received.map(([status]) => status))).toEqual(new Set([200]));
  });

  test('and what is no request is refused as without it', async () => {
    const [[status] = []] = await answers(posted({ ...toHttp2, 'content-length': '1' }, 'xGARBAGE\r\n\r\n'));
    expect(status).toBe(400);
  });

  test('a client that leaves between its requests harms nobody', async () => {
    const { hostname, port } = new URL(server.url);
    for (let nth = 0; nth < 20; nth += 1) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(posted({}) + posted(toHttp2) + posted(toHttp2, ''));
      await sleep(nth % 4);
      socket.resetAndDestroy();
    }
    expect((await server.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });
});
