import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createUnreadMessages, type Outbox } from '../../src/http/unread-messages.ts';

const message = 'x'.repeat(1_000_000);
let server: WebSocketServer;
let outboxOf: ReturnType<typeof createUnreadMessages>;
const log = { warn: vi.fn() };
beforeEach(async () => {
  log.warn.mockClear();
  outboxOf = createUnreadMessages(log, { ofSocket: 6_000_000, ofAll: 20_000_000 });
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** A client, the server's side of it, and what it is sent. */
type Peer = { readonly client: WebSocket; readonly socket: WebSocket; readonly outbox: Outbox };

async function connected(caller: string): Promise<Peer> {
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const [[socket]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
  return { client, socket, outbox: outboxOf(socket, caller) };
}

/** Sends as long as the kernel takes it, and then so many more that wait. */
async function sendUnread({ client, outbox }: Peer, waiting: number): Promise<void> {
  client.pause();
  let isTaken = true;
  while (isTaken) {
    isTaken = false;
    void outbox.send(message).then(() => {
      isTaken = true;
    });
    // Many short waits, not a long one: in a process that is paused that one would be over at once.
    for (let turn = 0; turn < 20 && !isTaken; turn += 1) await sleep(5);
  }
  for (let nth = 1; nth < waiting; nth += 1) void outbox.send(message);
}

const isCut = ({ socket }: Peer): boolean => socket.readyState !== WebSocket.OPEN;

test('a WebSocket that is read is sent any number of messages', async () => {
  const reader = await connected('reader');
  for (let nth = 0; nth < 40; nth += 1) await reader.outbox.send(message);
  expect(isCut(reader)).toBe(false);
  expect(log.warn).not.toHaveBeenCalled();
});

test('a WebSocket that is not read is cut, with one line in the log, and what waited is dropped', async () => {
  const peer = await connected('silent');
  await sendUnread(peer, 100);
  expect(isCut(peer)).toBe(true);
  peer.client.resume();
  await once(peer.client, 'close');
  expect(log.warn).toHaveBeenCalledExactlyOnceWith({ caller: 'silent' }, 'A WebSocket is not read');
});

test('of all that are not read, the caller with most loses the WebSocket with most', async () => {
  const honest = await connected('honest');
  await sendUnread(honest, 5);
  const greedy: Peer[] = [];
  for (const waiting of [3, 3, 3, 4]) {
    const peer = await connected('greedy');
    greedy.push(peer);
    await sendUnread(peer, waiting);
  }
  expect(log.warn).not.toHaveBeenCalled();
  const [first] = greedy;
  void first?.outbox.send(message);
  void first?.outbox.send(message);
  void first?.outbox.send(message);
  expect(log.warn.mock.calls).toEqual([[{ caller: 'greedy' }, 'A caller does not read its WebSockets']]);
  expect([...greedy, honest].map(isCut)).toEqual([true, false, false, false, false]);
});

test('pongs wait like messages', async () => {
  const peer = await connected('silent');
  await sendUnread(peer, 6);
  for (let nth = 0; nth < 1_000; nth += 1) peer.outbox.pong(Buffer.alloc(125));
  expect(isCut(peer)).toBe(true);
  expect(log.warn).toHaveBeenCalledTimes(1);
});
