import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
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
async function connected(caller: string): Promise<{ client: WebSocket; outbox: Outbox }> {
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const [[socket]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
  return { client, outbox: outboxOf(socket, caller) };
}

/** Sends as long as the client takes it, and then so many more that wait. */
async function sendUnread({ client, outbox }: Awaited<ReturnType<typeof connected>>, waiting: number) {
  client.pause();
  let isTaken = true;
  while (isTaken) {
    const sent = outbox.send(message).then(() => true);
    isTaken = await Promise.race([
      sent,
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
    ]);
  }
  const more = Array.from({ length: waiting - 1 }, () => outbox.send(message));
  return Promise.all(more);
}

const isCut = (client: WebSocket): Promise<boolean> => {
  client.resume();
  const closed = once(client, 'close').then(() => true);
  return Promise.race([closed, new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300))]);
};

test('a WebSocket that is read is sent any number of messages', async () => {
  const { client, outbox } = await connected('reader');
  for (let nth = 0; nth < 40; nth += 1) await outbox.send(message);
  expect(await isCut(client)).toBe(false);
  expect(log.warn).not.toHaveBeenCalled();
});

test('a WebSocket that is not read is cut, with one line in the log, and what waited is dropped', async () => {
  const peer = await connected('silent');
  await sendUnread(peer, 100);
  expect(await isCut(peer.client)).toBe(true);
  expect(log.warn).toHaveBeenCalledExactlyOnceWith({ caller: 'silent' }, 'A WebSocket is not read');
});

test('of all that are not read, the caller with most loses the WebSocket with most', async () => {
  const honest = await connected('honest');
  void sendUnread(honest, 5);
  const greedy = await Promise.all([3, 3, 3, 4].map(() => connected('greedy')));
  for (const [nth, peer] of greedy.entries()) {
    void sendUnread(peer, [3, 3, 3, 4][nth] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  expect(log.warn).not.toHaveBeenCalled();
  const [first] = greedy;
  void first?.outbox.send(message);
  void first?.outbox.send(message);
  void first?.outbox.send(message);
  await expect
    .poll(() => log.warn.mock.calls)
    .toEqual([[{ caller: 'greedy' }, 'A caller does not read its WebSockets']]);
  expect(await Promise.all(greedy.map(({ client }) => isCut(client)))).toEqual([true, false, false, false]);
  expect(await isCut(honest.client)).toBe(false);
});

test('pongs wait like messages', async () => {
  const peer = await connected('silent');
  void sendUnread(peer, 6);
  await new Promise((resolve) => setTimeout(resolve, 400));
  for (let nth = 0; nth < 1_000; nth += 1) peer.outbox.pong(Buffer.alloc(125));
  expect(await isCut(peer.client)).toBe(true);
  expect(log.warn).toHaveBeenCalledTimes(1);
});
