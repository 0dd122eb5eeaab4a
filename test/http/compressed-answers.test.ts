import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compressedAnswers } from '../../src/http/compressed-answers.ts';
import { unreadAnswers } from '../../src/http/unread-answers.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { appendEvents } from '../graphql/documents.ts';

const large = 'x\u{1F409}ö, '.repeat(50_000);
const small = 'x'.repeat(14_600);
/** What gzip makes little shorter. */
const noise = randomBytes(7_500_000).toString('base64');
const cutOff: unknown[] = [];
let server: FastifyInstance;
beforeAll(async () => {
  server = Fastify();
  await server.register(compressedAnswers);
  await server.register(unreadAnswers, { log: { warn: (line: unknown) => cutOff.push(line) } });
  await server.register(cors, { origin: ['https://a.example', 'https://b.example'] });
  server.get('/', async () => large);
  server.get('/noise', async () => noise);
  server.get('/small', async () => small);
  server.get('/bytes', async () => Buffer.from(large));
  await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

const ask = (url: string, encoding?: string, method: 'GET' | 'HEAD' = 'GET') =>
  server.inject({
    url,
    method,
    headers: {
      origin: 'https://a.example',
      ...(encoding === undefined ? {} : { 'accept-encoding': encoding }),
    },
  });

describe('a large answer', () => {
  test.each([
    'gzip',
    'gzip, deflate, br',
    'br;q=1.0, gzip;q=0.8, *;q=0.1',
    '*',
    'identity;q=0, gzip',
    'br;q=0, *',
    'GZIP',
  ])('is compressed for a caller that takes %s', async (encoding) => {
    const { headers, rawPayload } = await ask('/', encoding);
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(rawPayload.length),
      vary: 'Origin, accept-encoding',
    });
    expect(rawPayload.length).toBeLessThan(large.length / 20);
    expect(gunzipSync(rawPayload).toString() === large).toBe(true);
  });

  test.each([
    undefined,
    '',
    'identity',
    'gzip;q=0',
    'br',
    'deflate, br',
    'gzip;q=0, *',
    '*;q=0.5, GZIP ; Q=0.000',
  ])(
    'comes as it is to a caller that takes %s, and caches are told that it has two forms',
    async (encoding) => {
      const { headers, payload } = await ask('/', encoding);
      expect(headers).not.toHaveProperty('content-encoding');
      expect(headers).toMatchObject({
        'content-length': String(Buffer.byteLength(large)),
        vary: 'Origin, accept-encoding',
      });
      expect(payload === large).toBe(true);
    },
  );

  test('has the same headers when only those are asked for', async () => {
    const { headers, rawPayload } = await ask('/', 'gzip', 'HEAD');
    const whole = await ask('/', 'gzip');
    expect(rawPayload).toHaveLength(0);
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(whole.rawPayload.length),
    });
  });

  test('that nobody waits for any more disturbs no other', async () => {
    const { port } = server.server.address() as AddressInfo;
    for (let nth = 0; nth < 20; nth += 1) {
      const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n');
      await once(server.server, 'request');
      socket.destroy();
    }
    expect((await ask('/', 'gzip')).statusCode).toBe(200);
  });
});

test.each(['/small', '/bytes'])('%s, which is small or no text, is left alone', async (url) => {
  const { headers } = await ask(url, 'gzip');
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers['vary']).toBe('Origin');
});

test('what a caller leaves unread counts as it is sent: compressed', async () => {
  const { port } = server.server.address() as AddressInfo;
  const sockets = Array.from({ length: 150 }, () => {
    const socket = connect({ host: '127.0.0.1', port }).pause();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n');
    return socket;
  });
  // 150 of them would be 67 MB, and 48 are allowed.
  await Promise.all(sockets.map((socket) => once(socket, 'readable')));
  expect(cutOff).toEqual([]);
  for (const socket of sockets) socket.destroy();
});

test('and its oldest answers end once they are more than 48 MB', async () => {
  const { port } = server.server.address() as AddressInfo;
  const sockets = Array.from({ length: 12 }, () => {
    const socket = connect({ host: '127.0.0.1', port }).pause();
    socket.on('error', () => {});
    socket.write('GET /noise HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n');
    return socket;
  });
  await expect.poll(() => cutOff.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(cutOff[0]).toEqual({ caller: '127.0.0.1' });
  for (const socket of sockets) socket.destroy();
}, 30_000);

describe('the built server', () => {
  let engine: EngineUnderTest;
  let built: ServerHere;
  beforeAll(async () => {
    engine = await embedded.open();
    built = await startServerHere(engine.environment);
  });
  afterAll(async () => {
    await built.stop();
    await engine.close();
  });

  test('compresses a page of events, which a client reads as ever', async () => {
    const note = 'Slashing damage from goblin';
    for (let group = 0; group < 2; group += 1) {
      const events = Array.from({ length: 100 }, () => ({
        characterId: 'long',
        characterName: 'Long',
        characterHitPoints: 1,
        note,
      }));
      await built.graphql(appendEvents, { input: { events } });
    }
    const query =
      '{ characterEvents(id: "long", last: 200) { ... on EventConnection { nodes { id version note recordedAt } } } }';
    const { headers, data } = await built.graphql(query);
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(Number(headers.get('content-length'))).toBeLessThan(JSON.stringify(data).length / 5);
    expect(data).toMatchObject({ characterEvents: { nodes: { length: 200, 199: { note } } } });
  });

  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    ['gzip, deflate, br', brotliDecompressSync],
    ['br;q=0, *', gunzipSync],
    ['identity', (bytes: Buffer) => bytes],
  ])(
    'sends the files of the sheet as they were compressed at the build, to those that take %s',
    async (encoding, decompress) => {
      const page = await (await fetch(new URL('/', built.url))).text();
      const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? '';
      const plain = await fetch(new URL(script, built.url), { headers: { 'accept-encoding': 'identity' } });
      const text = await plain.text();
      for (const method of ['GET', 'HEAD']) {
        const { headers, body } = await rawly(new URL(script, built.url), encoding, method);
        expect(headers).toMatch(/^content-type: (application|text)\/javascript/im);
        expect(headers).toMatch(/^cache-control: public, max-age=31536000, immutable/im);
        expect(headers).toMatch(/^vary: .*accept-encoding/im);
        if (method === 'GET') expect(decompress(body).toString() === text).toBe(true);
        else expect(body).toHaveLength(0);
        if (encoding !== 'identity') {
          expect(Number(/^content-length: (\d+)/im.exec(headers)?.[1])).toBeLessThan(text.length / 2.5);
        }
      }
    },
  );

  const scriptOf = async () => {
    const page = await (await fetch(new URL('/', built.url))).text();
    return new URL(/src="([^"]+\.js)"/.exec(page)?.[1] ?? '', built.url);
  };

  test('tells caches that the files of the sheet depend on the origin too', async () => {
    const { headers } = await rawly(await scriptOf(), 'br', 'GET', { Origin: 'https://a.example' });
    expect(headers).toMatch(/^vary: origin, accept-encoding\r?$/im);
  });

  test('sends a file that is known already by its tag alone, and tells the forms apart by it', async () => {
    const script = await scriptOf();
    const tagOf = async (encoding: string) =>
      /^etag: (.+)$/im.exec((await rawly(script, encoding)).headers)?.[1]?.trim() ?? '';
    const again = await rawly(script, 'gzip', 'GET', { 'If-None-Match': await tagOf('gzip') });
    expect([again.headers.split('\r\n')[0], again.body.length]).toEqual(['HTTP/1.1 304 Not Modified', 0]);
    const other = await rawly(script, 'br', 'GET', { 'If-None-Match': await tagOf('gzip') });
    expect(other.headers).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each(['bytes=0-9', 'bytes=99999999-'])(
    'sends a file whole where %s of it is asked for',
    async (range) => {
      const script = await scriptOf();
      const { headers, body } = await rawly(script, 'gzip', 'GET', { Range: range });
      expect(headers).toMatch(/^HTTP\/1\.1 200 /);
      expect(gunzipSync(body).toString()).toBe(await (await fetch(script)).text());
    },
  );

  test('has nothing of the sheet but its files under /assets', async () => {
    const url = new URL(built.url);
    for (const path of [
      '/assets/../index.html',
      '/assets/.%2e/generated/trusted-documents.json',
      '/assets/',
    ]) {
      const { headers } = await rawly({ ...parts(url), pathname: path }, 'identity');
      expect(headers).toMatch(/^HTTP\/1\.1 404 /);
    }
  });
});

const parts = ({ host, hostname, port }: URL) => ({ host, hostname, port });

/** The head and the bytes of an answer: `fetch` would decompress them. */
async function rawly(
  { host, hostname, port, pathname }: Pick<URL, 'host' | 'hostname' | 'port' | 'pathname'>,
  encoding: string,
  method = 'GET',
  more: Readonly<Record<string, string>> = {},
) {
  const socket = connect({ host: hostname, port: Number(port) });
  const headers = Object.entries({ Host: host, 'Accept-Encoding': encoding, ...more, Connection: 'close' });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`${method} ${pathname} HTTP/1.1\r\n${lines}\r\n`);
  const bytes = await buffer(socket);
  const end = bytes.indexOf('\r\n\r\n');
  return { headers: bytes.subarray(0, end).toString(), body: bytes.subarray(end + 4) };
}
