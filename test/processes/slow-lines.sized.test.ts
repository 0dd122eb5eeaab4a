import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { embedded } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvents } from '../graphql/documents.ts';
import { sized } from '../size.ts';

/** Lines, what their subscribers ask for, and whether others misbehave meanwhile. */
const lines = [
  { count: 10, bytesPerSecond: 64_000, events: 120, fields: 'note', attacked: true },
  ...sized(
    [],
    [
      { count: 100, bytesPerSecond: 64_000, events: 1_600, fields: 'note', attacked: true },
      // A pong comes after all that the kernel has taken before the ping, which is a minute here.
      {
        count: 3,
        bytesPerSecond: 256_000,
        events: 1_600,
        fields: 'a: note b: note c: note d: note',
        attacked: false,
      },
    ],
  ),
];

/** A socket that reads no more than a slow line carries. */
function slowLine(port: number, bytesPerSecond: number): Socket {
  const socket = connect({ host: '127.0.0.1', port });
  let pausedUntil = performance.now();
  socket.on('data', ({ length }: Buffer) => {
    pausedUntil = Math.max(pausedUntil, performance.now()) + (length / bytesPerSecond) * 1_000;
    const waitMs = pausedUntil - performance.now();
    if (waitMs < 50) return;
    socket.pause();
    setTimeout(() => socket.resume(), waitMs);
  });
  return socket;
}

/** The versions that a subscriber on a slow line has been told, and whether its connection has ended. */
async function subscriberOn(server: ServerProcess, { bytesPerSecond, fields }: (typeof lines)[number]) {
  const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws', {
    createConnection: () => slowLine(Number(new URL(server.url).port), bytesPerSecond),
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  const versions: number[] = [];
  let isOver = false;
  const query = `subscription { eventAppended(characterId: "busy", afterVersion: -1) { version ${fields} } }`;
  socket.on('message', (data) => versions.push(JSON.parse(String(data)).payload.data.eventAppended.version));
  socket.once('close', () => {
    isOver = true;
  });
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  return { socket, versions, isOver: () => isOver };
}

/** One address that subscribes and does not read, and sends pings without end, until it is stopped. */
async function attack(server: ServerProcess): Promise<() => void> {
  const sockets = new Set<WebSocket>();
  const open = async () => {
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws', {
      localAddress: '127.0.0.2',
    });
    socket.on('error', () => {});
    sockets.add(socket);
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    return socket;
  };
  const aliases = Array.from({ length: 60 }, (_, nth) => `n${nth}: note`).join(' ');
  const query = `subscription { eventAppended(characterId: "busy", afterVersion: -1) { ${aliases} } }`;
  for (let nth = 0; nth < 10; nth += 1) {
    const socket = await open();
    socket.pause();
    for (let id = 0; id < 100; id += 1) {
      socket.send(JSON.stringify({ id: `${id}`, type: 'subscribe', payload: { query } }));
    }
  }
  const pinging = setInterval(async () => {
    const socket = await open();
    socket.pause();
    for (let nth = 0; nth < 2_000; nth += 1) socket.send('{"type":"ping"}');
  }, 500);
  return () => {
    clearInterval(pinging);
    for (const socket of sockets) socket.terminate();
  };
}

test.each(lines)(
  '$count subscribers at $bytesPerSecond bytes a second get $events events of a busy character, each once, in order',
  {
    timeout: 300_000,
  },
  async (line) => {
    const engine = await embedded.open();
    const server = await startServer(engine.environment);
    const event = {
      characterId: 'busy',
      characterName: 'Busy',
      characterHitPoints: 1,
      note: 'x'.repeat(2_000),
    };
    const appendHalf = async () => {
      for (let nth = 0; nth < line.events / 40; nth += 1) {
        await server.graphql(appendEvents, { input: { events: Array.from({ length: 20 }, () => event) } });
      }
    };
    await appendHalf();
    const stopAttack = line.attacked ? await attack(server) : () => {};
    const slow = await Promise.all(Array.from({ length: line.count }, () => subscriberOn(server, line)));
    await appendHalf();
    const isDone = () =>
      slow.some(({ isOver }) => isOver()) || slow.every(({ versions }) => versions.length >= line.events);
    await expect.poll(isDone, { timeout: 240_000 }).toBe(true);
    stopAttack();
    const expected = Array.from({ length: line.events }, (_, version) => version);
    for (const { versions } of slow) expect(versions).toEqual(expected);
    for (const { socket } of slow) socket.terminate();
    expect(await server.stop('SIGTERM')).toBe(0);
    await engine.close();
  },
);
