import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Engine,
  type EngineUnderTest,
  embedded,
  hasDynamoDb,
  openDynamoDb,
} from '../engines/engines.ts';
import { logLines } from '../engines/log-lines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goItem } from '../party.ts';

const dynamoDb: Engine = { name: 'DynamoDB', open: openDynamoDb };
const longPage = '{ characterEvents(id: "long", first: 1000) { ... on EventConnection { nodes { note } } } }';

describe.each(hasDynamoDb ? [embedded, dynamoDb] : [embedded])('SIGTERM, on $name,', ({ open }) => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeEach(async () => {
    engine = await open();
    const note = '\u{1F409}'.repeat(2_000);
    for (let start = 0; start < 1_000; start += 100) {
      const versions = Array.from({ length: 100 }, (_, nth) => start + nth);
      await engine.table.insert(versions.map((version) => ({ ...goItem('long', version, 1), Note: note })));
    }
    server = await startServer(engine.environment);
  });
  afterEach(async () => {
    if (server.process.exitCode === null) await server.stop('SIGKILL');
    await engine.close();
  });

  function peer(sent: string): Socket {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.write(sent);
    return socket;
  }

  const post = (body: string, length = body.length, more = '') =>
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${more}Content-Length: ${length}\r\n\r\n${body}`;

  /** Ends the server while the peers are there. How long that took is told by its log, however late we look. */
  async function stopBeside(name: string, peers: readonly Socket[]): Promise<number> {
    const code = await server.stop('SIGTERM');
    await expect.poll(server.log).toContain('"msg":"Stopped"');
    const timeOf = (start: string) =>
      Number(logLines(server).find(({ msg }) => String(msg).startsWith(start))?.['time']);
    const seconds = (timeOf('Stopped') - timeOf('SIGTERM')) / 1_000;
    process.stdout.write(`${name}: exit code ${code} after ${seconds.toFixed(1)} s\n`);
    expect(code).toBe(0);
    for (const socket of peers) socket.destroy();
    return seconds;
  }

  const kinds: Readonly<Record<string, () => Promise<Socket>>> = {
    'a connection that is kept alive': async () => {
      const socket = peer(post('{"query":"{ __typename }"}'));
      await once(socket, 'data');
      return socket;
    },
    'a connection without a request': async () => peer(''),
    'half a head': async () => peer('POST /graphql HTTP/1.1\r\nHost: local'),
    'half a body': async () => peer(post('{"query":', 100)),
    'a WebSocket that does not answer the close': async () => {
      const socket = peer(
        'GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
          'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
      );
      await once(socket, 'data');
      return socket;
    },
    'an answer that nobody reads': async () => peer(post(JSON.stringify({ query: longPage }))).pause(),
  };

  test.each(Object.entries(kinds))('with %s, ends with code 0 within 9 s', async (name, connected) => {
    const socket = await connected();
    await sleep(500);
    expect(await stopBeside(name, [socket])).toBeLessThan(name.includes('WebSocket') ? 5 : 9);
  });

  test('with all of them at once, ends with code 0 within 9 s, and lets 8 MB be read at 4 MB a second', async () => {
    const sockets = await Promise.all(Object.values(kinds).map((connected) => connected()));
    const reader = peer(post(JSON.stringify({ query: longPage }))).pause();
    await once(reader, 'readable');
    const reading = readSlowly(reader);
    const input = { characterId: 'late', characterName: 'Late', characterHitPoints: 1 };
    const append = JSON.stringify({ query: appendEvent, variables: { input } });
    const appender = peer(post('', append.length, 'Expect: 100-continue\r\n'));
    // The server has begun the request once it asks for the body, which then comes while it ends.
    expect(String(await once(appender, 'data'))).toContain('100 Continue');
    appender.write(append);
    const appended = text(appender);
    expect(await stopBeside('all at once', sockets)).toBeLessThan(9);
    expect(await reading).toBeGreaterThan(8_000_000);
    expect(await appended).toContain('AppendEventSuccess');
    expect(await engine.table.query('late', { limit: 2 })).toHaveLength(1);
  });
});

/** Reads 100 KB in each turn of 25 ms, which is 4 MB a second, and counts. */
async function readSlowly(socket: Socket): Promise<number> {
  let bytes = 0;
  for (; !socket.readableEnded && !socket.destroyed; await sleep(25)) {
    const piece: Buffer | null = socket.read(100_000) ?? socket.read();
    bytes += piece?.length ?? 0;
  }
  return bytes;
}
