import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createUnreadAnswers, unreadAnswers } from '../../src/http/unread-answers.ts';

const answer = 'x'.repeat(8_000_000);
const cutOff: string[] = [];
let server: FastifyInstance;
let port: number;
beforeEach(async () => {
  cutOff.length = 0;
  const unread = createUnreadAnswers(20_000_000, (caller) => cutOff.push(caller));
  server = Fastify();
  server.addHook('onSend', (request, reply, _payload, done) => {
    unread.add(request.ip, answer.length, reply);
    done();
  });
  server.get('/', async () => answer);
  await server.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = server.server.address() as AddressInfo);
});
afterEach(() => server.close());

/** A connection from an address of this machine that asks for the answer and does not read it. */
async function unreading(localAddress: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress }).pause();
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await once(server.server, 'request');
  return socket;
}

async function bytesOf(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
  return bytes;
}

test('the caller who leaves most unread loses its oldest answers, and no other', async () => {
  const patient = await unreading('127.0.0.1');
  const greedy = [await unreading('127.0.0.2'), await unreading('127.0.0.2'), await unreading('127.0.0.2')];
  expect(cutOff).toEqual(['127.0.0.2', '127.0.0.2']);
  expect(await bytesOf(patient)).toBeGreaterThan(answer.length);
  const [first, second, third] = await Promise.all(greedy.map(bytesOf));
  expect([first, second].every((bytes = 0) => bytes < answer.length)).toBe(true);
  expect(third).toBeGreaterThan(answer.length);
});

test('an answer that was read counts no more', async () => {
  for (let nth = 0; nth < 5; nth += 1) {
    expect(await bytesOf(await unreading('127.0.0.2'))).toBeGreaterThan(answer.length);
  }
  expect(cutOff).toEqual([]);
});

test('a large answer comes whole, whatever its letters are', async () => {
  const letters = 'x\u{1F409}ö'.repeat(200_000);
  const other = Fastify();
  await other.register(unreadAnswers, { log: { warn: () => {} } });
  other.get('/', async () => letters);
  const { headers, payload } = await other.inject('/');
  expect(payload === letters).toBe(true);
  expect(Number(headers['content-length'])).toBe(Buffer.byteLength(letters));
  await other.close();
});
