import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { startServer } from '../engines/server-process.ts';

describe('an upgrade to a WebSocket', () => {
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

  /** All that the server sends until it ends the connection. */
  async function answerTo(line: string, headers: Readonly<Record<string, string>>): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const sent = { host: hostname, connection: 'upgrade', upgrade: 'websocket', ...headers };
    const lines = [`${line} HTTP/1.1`, ...Object.entries(sent).map(([name, value]) => `${name}: ${value}`)];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    return answer;
  }

  const handshake = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };

  test('takes the protocol of graphql-ws, also from a first client that offers another before it', async () => {
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), ['other', 'graphql-transport-ws']);
    await once(socket, 'open');
    expect(socket.protocol).toBe('graphql-transport-ws');
    socket.terminate();
  });

  test.each(['/livez', '/', '/graphiql', '/nowhere'])(
    'at %s is not found, and ends the connection',
    async (path) => {
      expect(await answerTo(`GET ${path}`, handshake)).toMatch(
        /^HTTP\/1\.1 404 .*\r\n\r\n\{"message":"Expected GET \/graphql\.","requestId":"[^"]+"\}$/s,
      );
    },
  );

  test('that names another host is refused, and ends the connection', async () => {
    expect(await answerTo('GET /graphql', { ...handshake, host: 'rebound.example' })).toMatch(
      /^HTTP\/1\.1 403 /,
    );
  });

  test('whose address Fastify cannot read ends the connection too', async () => {
    expect(await answerTo('GET /%', handshake)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('without the key of a handshake is refused, and ends the connection', async () => {
    expect(await answerTo('GET /graphql', {})).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('that is refused says the same as other answers: an id, and that it is not to be kept', async () => {
    const answer = await answerTo('GET /graphql', { ...handshake, origin: 'https://elsewhere.example' });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    const [, requestId] = /x-request-id: (\S+)/.exec(answer) ?? [];
    expect(answer).toContain('cache-control: no-store');
    expect(answer).toContain(`"requestId":"${requestId}"`);
  });

  test('that succeeds stays open, also while nothing is sent on it', async () => {
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const closed = once(socket, 'close').then(() => 'closed');
    expect(await Promise.race([closed, sleep(4_000, 'open')])).toBe('open');
    socket.terminate();
  });

  test.each([true, false])(
    'takes no message that is no UTF-8, and ends with code 1007: binary %s',
    async (binary) => {
      const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send(Buffer.from('{"type":"ping","payload":{"x":"ë"}}'), { binary });
      await once(socket, 'message');
      socket.send(Buffer.from('{"type":"ping","payload":{"x":"ë"}}', 'latin1'), { binary });
      expect((await once(socket, 'close'))[0]).toBe(1007);
    },
  );

  test.each([524_289, 16_000_000])(
    'takes messages of 512 KB, and ends with code 1009 at one of %d',
    async (bytes) => {
      const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
      await once(socket, 'open');
      const ping = (length: number) => {
        const [start, end] = ['{"type":"ping","payload":{"x":"', '"}}'];
        return `${start}${'x'.repeat(length - start.length - end.length)}${end}`;
      };
      socket.send(ping(524_288));
      const [pong] = await once(socket, 'message');
      expect(String(pong)).toContain('"type":"pong"');
      socket.on('error', () => {});
      socket.send(ping(bytes));
      expect((await once(socket, 'close'))[0]).toBe(1009);
      expect((await server.graphql('{ __typename }')).status).toBe(200);
    },
  );
});

test('a stop does not wait for a client that does not answer the close of its WebSocket', async () => {
  const engine = await embedded.open();
  const server = await startServer(engine.environment);
  const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  socket.pause();
  const since = performance.now();
  expect(await server.stop('SIGTERM')).toBe(0);
  expect(performance.now() - since).toBeLessThan(9_000);
  socket.terminate();
  await engine.close();
});
