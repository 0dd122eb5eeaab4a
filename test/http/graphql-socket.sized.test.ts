import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { openSubscriptions as open, tableCalls } from '../engines/scrape.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { appendEvent } from '../graphql/documents.ts';
import { sized } from '../size.ts';

const subscriptions: Readonly<Record<string, string>> = {
  eventAppended: 'subscription { eventAppended(characterId: "nobody", afterVersion: -1) { version } }',
  characterCreated: 'subscription { characterCreated { id } }',
};
const followPollMs = 50;
const uses = sized(50, 300);

type Message = { readonly type: string; readonly id?: string; readonly payload?: unknown };

/** A connection that has been acknowledged, with every later message. `send` leaves no pause between messages. */
async function connect(server: ServerProcess, token = '') {
  const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
  await once(socket, 'open');
  const received: Message[] = [];
  const send = (messages: readonly Message[]): void => {
    for (const message of messages) socket.send(JSON.stringify(message));
  };
  send([{ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }]);
  await once(socket, 'message');
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  const close = async () => {
    socket.close();
    await once(socket, 'close');
  };
  return { socket, received, send, close };
}

const start = (query = '', id = '1'): Message => ({ id, type: 'subscribe', payload: { query } });
const stop = (id = '1'): Message => ({ id, type: 'complete' });

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startTokenIssuer();
});
afterAll(() => issuer.stop());

describe.each(engines)('operation ids on $name', ({ open: openEngine }) => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    engine = await openEngine();
    server = await startServer({ ...engine.environment, FOLLOW_POLL_MS: `${followPollMs}` });
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    await engine.close();
  });

  test.each(
    Object.keys(subscriptions).flatMap((field) => [false, true].map((withTokens) => ({ field, withTokens }))),
  )(
    `used ${uses} times leave nothing open: $field, with tokens: $withTokens`,
    async ({ field, withTokens }) => {
      const environment = { ...engine.environment, FOLLOW_POLL_MS: `${followPollMs}` };
      const own = await startServer({ ...environment, ...(withTokens ? issuer.environment : {}) });
      const token = await issuer.sign();
      const { send, close, socket } = await connect(own, token);
      send([start(subscriptions[field])]);
      for (let nth = 0; nth < uses; nth += 1) {
        send([stop(), start(subscriptions[field])]);
        if (nth % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      send([{ type: 'ping' }]);
      await once(socket, 'message');
      await close();
      await expect.poll(() => open(own, token)).toBe(0);
      await expect
        .poll(async () => {
          const before = await tableCalls(own, { token });
          await new Promise((resolve) => setTimeout(resolve, 5 * followPollMs));
          return (await tableCalls(own, { token })) - before;
        })
        .toBe(0);
      const since = performance.now();
      expect(await own.stop('SIGTERM')).toBe(0);
      expect(performance.now() - since).toBeLessThan(4_500);
    },
  );

  test('used again at once: the second operation is answered, alone, and ends with its own complete', async () => {
    const character = `rogue ${crypto.randomUUID()}`;
    const input = { characterId: character, characterName: 'Rogue', characterHitPoints: 8 };
    const follow = (after: number) =>
      start(
        `subscription { eventAppended(characterId: "${character}", afterVersion: ${after}) { version } }`,
      );
    const { send, received, close } = await connect(server);
    send([follow(-1)]);
    await server.graphql(appendEvent, { input });
    const event = (version: number) => ({
      id: '1',
      type: 'next',
      payload: { data: { eventAppended: { version } } },
    });
    await expect.poll(() => received).toEqual([event(0)]);
    send([stop(), follow(-1), stop(), follow(0)]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await server.graphql(appendEvent, { input });
    await expect.poll(() => received).toEqual([event(0), event(1)]);
    expect(await open(server)).toBe(1);
    send([stop()]);
    await expect.poll(() => open(server)).toBe(0);
    await server.graphql(appendEvent, { input });
    send([follow(1)]);
    await expect.poll(() => received).toEqual([event(0), event(1), event(2)]);
    await close();
  });

  test('used again after the server has ended their operation are free', async () => {
    const { send, received, close } = await connect(server);
    const refused = start('{ __typename }', 'a"b');
    send([refused]);
    await expect.poll(() => received.length).toBe(1);
    send([refused]);
    await expect
      .poll(() => received.map(({ id, type }) => ({ id, type })))
      .toEqual([
        { id: 'a"b', type: 'error' },
        { id: 'a"b', type: 'error' },
      ]);
    await close();
  });

  test('used twice at a time end the connection, as the protocol says', async () => {
    const { send, socket } = await connect(server);
    const closed = once(socket, 'close');
    send([start(subscriptions['eventAppended']), start(subscriptions['eventAppended'])]);
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([4409, 'Subscriber for 1 already exists']);
    await expect.poll(() => open(server)).toBe(0);
  });

  test('101 of them sent at once are a hundred subscriptions and a refusal', async () => {
    const { send, received, close } = await connect(server);
    send(Array.from({ length: 101 }, (_, nth) => start(subscriptions['eventAppended'], `${nth}`)));
    await expect.poll(() => open(server)).toBe(100);
    await expect
      .poll(() => received)
      .toMatchObject([
        { type: 'error', id: '100', payload: [{ message: expect.stringContaining('at most 100') }] },
      ]);
    const looks = await tableCalls(server, { verb: 'directory' });
    send([stop('7'), start(subscriptions['characterCreated'], '7')]);
    await expect.poll(() => tableCalls(server, { verb: 'directory' })).toBeGreaterThan(looks);
    expect(received).toHaveLength(1);
    expect(await open(server)).toBe(100);
    await close();
    await expect.poll(() => open(server)).toBe(0);
  });
});
