import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { embedded } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvents } from '../graphql/documents.ts';
import { sized } from '../size.ts';

const bytesPerSecond = 64_000;
const follow = `subscription { eventAppended(characterId: "busy", afterVersion: -1) { version note } }`;

/** A socket that reads no more than a slow line carries. */
function slowLine(port: number): Socket {
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
async function subscriberOn(server: ServerProcess) {
  const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws', {
    createConnection: () => slowLine(Number(new URL(server.url).port)),
  });
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  const versions: number[] = [];
  let isOver = false;
  socket.on('message', (data) => versions.push(JSON.parse(String(data)).payload.data.eventAppended.version));
  socket.once('close', () => {
    isOver = true;
  });
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: follow } }));
  return { socket, versions, isOver: () => isOver };
}

const subscribers = sized(10, 100);
const events = sized(120, 1_600);

test(`${subscribers} subscribers on slow lines get ${events} events of a busy character, each once, in order`, {
  timeout: 300_000,
}, async () => {
  const engine = await embedded.open();
  const server = await startServer(engine.environment);
  const event = {
    characterId: 'busy',
    characterName: 'Busy',
    characterHitPoints: 1,
    note: 'x'.repeat(2_000),
  };
  const appendTwenty = () =>
    server.graphql(appendEvents, { input: { events: Array.from({ length: 20 }, () => event) } });
  for (let nth = 0; nth < events / 40; nth += 1) await appendTwenty();
  const slow = await Promise.all(Array.from({ length: subscribers }, () => subscriberOn(server)));
  for (let nth = 0; nth < events / 40; nth += 1) await appendTwenty();
  const total = Math.ceil(events / 40) * 40;
  const isAnyOver = () => slow.some(({ isOver }) => isOver());
  await expect
    .poll(() => isAnyOver() || slow.every(({ versions }) => versions.length >= total), { timeout: 240_000 })
    .toBe(true);
  const expected = Array.from({ length: total }, (_, version) => version);
  for (const { versions } of slow) expect(versions).toEqual(expected);
  for (const { socket } of slow) socket.terminate();
  await server.stop('SIGTERM');
  await engine.close();
});
