import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { logLines } from '../engines/log-lines.ts';
import { rssAnonMegabytes } from '../engines/memory.ts';
import { openSubscriptions, scrape } from '../engines/scrape.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvents } from '../graphql/documents.ts';

const follow = 'subscription { eventAppended(characterId: "nobody", afterVersion: -1) { version } }';

describe('what one client may do over WebSockets', () => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    engine = await embedded.open();
    server = await startServer(engine.environment);
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    await engine.close();
  });

  /** A connection that has been acknowledged, with every later message. */
  async function connect(localAddress = '127.0.0.1') {
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws', {
      localAddress,
    });
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const received: unknown[] = [];
    socket.on('message', (data) => received.push(JSON.parse(String(data))));
    const subscribe = (id: string, query: string) =>
      socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
    const close = async () => {
      socket.terminate();
      await once(socket, 'close');
    };
    return { socket, received, subscribe, close };
  }

  const send: Readonly<Record<string, (socket: WebSocket) => void>> = {
    pings: (socket) => socket.send('{"type":"ping"}'),
    'answers to no question': (socket) => socket.send('{"type":"pong"}'),
    'messages that only a server sends': (socket) => socket.send('{"type":"connection_ack"}'),
    'ping frames': (socket) => socket.ping('x'.repeat(125)),
    'pong frames': (socket) => socket.pong(),
  };

  test.each(Object.keys(send))(
    '%s: more than 1,000 in 10 s are cut, with one line in the log',
    async (kind) => {
      const { socket } = await connect();
      socket.on('error', () => {});
      const linesBefore = server.log().split('\n').length;
      const closed = once(socket, 'close');
      for (let nth = 0; nth < 20_000 && socket.readyState === socket.OPEN; nth += 1) send[kind]?.(socket);
      await closed;
      await expect
        .poll(() => server.log().split('\n').slice(linesBefore).join('\n'))
        .toMatch(/"caller":"127\.0\.0\.1","msg":"A WebSocket sent more than 1000 messages in 10 s"|failed/);
      await sleep(100);
      expect(server.log().split('\n').slice(linesBefore)).toHaveLength(1);
    },
  );

  test('999 pings are answered', async () => {
    const { socket, received, close } = await connect();
    for (let nth = 0; nth < 999; nth += 1) socket.send('{"type":"ping"}');
    await expect.poll(() => received.length).toBe(999);
    await close();
  });

  test('long messages count as several: 100 of 64 KB are cut', async () => {
    const { socket } = await connect();
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    const message = JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(65_000) } });
    for (let nth = 0; nth < 100; nth += 1) socket.send(message);
    expect(await closed).toEqual([1006, Buffer.from('')]);
  });

  test('a message of more values than a subscription can need ends the connection', async () => {
    const { socket } = await connect();
    const closed = once(socket, 'close');
    socket.send(`{"type":"ping","payload":{"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`);
    expect(await closed).toEqual([
      1008,
      Buffer.from('Expected at most 4000 JSON values in a message, got more.'),
    ]);
  });

  test('a message in more than 512 pieces ends the connection', async () => {
    const { socket, received } = await connect();
    const text = '{"type":"ping"}';
    for (const [nth, letter] of [...text].entries()) socket.send(letter, { fin: nth === text.length - 1 });
    await expect.poll(() => received).toEqual([{ type: 'pong' }]);
    const closed = once(socket, 'close');
    for (let nth = 0; nth < 600; nth += 1) socket.send(' ', { fin: false });
    expect((await closed)[0]).toBe(1008);
  });

  test('a subscription whose results may have more than 2,000 fields is refused, its neighbour is not', async () => {
    const { received, subscribe, close } = await connect();
    const events = (first: number) =>
      `subscription { characterCreated { events(first: ${first}) { nodes { version note } } } }`;
    subscribe('large', events(1_000));
    await expect
      .poll(() => received)
      .toEqual([
        {
          id: 'large',
          type: 'error',
          payload: [
            {
              message:
                'Expected an operation with at most 2000 fields in its answer, got one with up to 2003.',
              extensions: { code: 'OPERATION_TOO_LARGE', asked: 2_003, limit: 2_000 },
            },
          ],
        },
      ]);
    subscribe('neighbour', events(990));
    await expect.poll(() => openSubscriptions(server)).toBe(1);
    expect(received).toHaveLength(1);
    await close();
  });

  test('a caller has 1,000 subscriptions over all connections, and another has its own', async () => {
    const connections = await Promise.all(Array.from({ length: 10 }, () => connect()));
    for (const { subscribe } of connections) {
      for (let nth = 0; nth < 100; nth += 1) subscribe(`${nth}`, follow);
    }
    const [first] = connections;
    await expect.poll(() => openSubscriptions(server)).toBe(1_000);
    const late = await connect();
    late.subscribe('late', follow);
    const refused = [expect.objectContaining({ extensions: { code: 'THROTTLED', retryable: true } })];
    await expect.poll(() => late.received).toEqual([{ id: 'late', type: 'error', payload: refused }]);
    const other = await connect('127.0.0.2');
    other.subscribe('1', follow);
    await expect.poll(() => openSubscriptions(server)).toBe(1_001);
    first?.socket.send(JSON.stringify({ id: '7', type: 'complete' }));
    await expect.poll(() => openSubscriptions(server)).toBe(1_000);
    late.subscribe('again', follow);
    await expect.poll(() => openSubscriptions(server)).toBe(1_001);
    expect(late.received).toHaveLength(1);
    expect([...connections, other].flatMap(({ received }) => received)).toEqual([]);
    await Promise.all([...connections, other, late].map(({ close }) => close()));
  });

  test('long documents count as several subscriptions', async () => {
    const connections = await Promise.all([connect(), connect()]);
    const long = (nth: number) => `${follow} # ${nth} ${'x'.repeat(15_800)}`;
    for (const { subscribe } of connections) {
      for (let nth = 0; nth < 40; nth += 1) subscribe(`${nth}`, long(nth));
    }
    await expect
      .poll(() => connections.flatMap(({ received }) => received))
      .toHaveLength(80 - Math.floor(1_000 / 16));
    await Promise.all(connections.map(({ close }) => close()));
  });

  test('documents that are costly to validate do not hold up those of others', async () => {
    const costly = await Promise.all(Array.from({ length: 5 }, () => connect()));
    const other = await connect('127.0.0.2');
    // Paused, the server finds all of them at once, however long it takes to send them.
    server.process.kill('SIGSTOP');
    for (const [nth, { subscribe }] of costly.entries()) {
      for (let id = 0; id < 12; id += 1) {
        subscribe(`${id}`, `{ a${nth}${id}: ${'version '.repeat(1_900)} }`);
      }
    }
    other.subscribe('1', '{ thisTextIsNew: __typename }');
    const before = logLines(server).length;
    server.process.kill('SIGCONT');
    // Only that text is valid, and refused for being no subscription.
    const isOfOther = ({ errorCodes }: { readonly errorCodes?: unknown }) =>
      `${errorCodes}` === 'BAD_REQUEST';
    await expect.poll(() => logLines(server).slice(before).some(isOfOther)).toBe(true);
    const meanwhile = logLines(server).slice(before).findIndex(isOfOther);
    process.stdout.write(`${meanwhile} costly ones were answered before a new one of another caller\n`);
    expect(meanwhile).toBeLessThan(20);
    await expect.poll(() => costly.flatMap(({ received }) => received).length).toBe(60);
    await Promise.all([...costly, other].map(({ close }) => close()));
  });

  test('1,000 subscriptions to long notes that are not read take less than 100 MB', async () => {
    const note = '🐉'.repeat(2_000);
    const event = { characterId: 'long', characterName: 'Long', characterHitPoints: 1, note };
    for (let nth = 0; nth < 10; nth += 1) {
      await server.graphql(appendEvents, { input: { events: Array.from({ length: 20 }, () => event) } });
    }
    await sleep(500);
    const before = await rssAnonMegabytes(server.process);
    const connections = await Promise.all(Array.from({ length: 10 }, () => connect()));
    let peak = 0;
    for (const { socket, subscribe } of connections) {
      socket.pause();
      const aliases = Array.from({ length: 60 }, (_, nth) => `n${nth}: note`).join(' ');
      for (let nth = 0; nth < 100; nth += 1) {
        subscribe(
          `${nth}`,
          `subscription { eventAppended(characterId: "long", afterVersion: -1) { ${aliases} } }`,
        );
      }
    }
    const waits: number[] = [];
    for (const until = performance.now() + 3_000; performance.now() < until; ) {
      const asked = performance.now();
      expect((await server.graphql('{ __typename }')).status).toBe(200);
      waits.push(performance.now() - asked);
      peak = Math.max(peak, await rssAnonMegabytes(server.process));
    }
    const slowest = Math.round(Math.max(...waits));
    process.stdout.write(`RssAnon ${before} MB, at most ${peak} MB; slowest query ${slowest} ms\n`);
    expect(peak - before).toBeLessThan(100);
    await Promise.all(connections.map(({ close }) => close()));
  });
});

test('an address has 1,000 WebSockets also behind a proxy; one more is closed with code 1013', async () => {
  const engine = await embedded.open();
  const server = await startServer({ ...engine.environment, TRUST_PROXY: '1' });
  /** A WebSocket that has asked to begin. */
  const open = async (address: string): Promise<WebSocket> => {
    const headers = { 'x-forwarded-for': address };
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws', { headers });
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    return socket;
  };
  const outcome = (socket: WebSocket): Promise<unknown> =>
    Promise.race([
      once(socket, 'close').then(([code]) => code),
      once(socket, 'message').then(([message]) => String(message)),
    ]);
  const taken = '{"type":"connection_ack"}';
  const openOnes = async () => (await scrape(server))['websocket_connections_open'];
  const sockets: WebSocket[] = [];
  while (sockets.length < 1_000)
    sockets.push(...(await Promise.all(Array.from({ length: 20 }, () => open('203.0.113.5')))));
  expect(await outcome(await open('203.0.113.5'))).toBe(1013);
  const other = await open('203.0.113.6');
  expect(await outcome(other)).toBe(taken);
  await expect.poll(openOnes).toBe(1_001);
  sockets.pop()?.close();
  await expect.poll(openOnes).toBe(1_000);
  const next = await open('203.0.113.5');
  expect(await outcome(next)).toBe(taken);
  for (const socket of [...sockets, other, next]) socket.terminate();
  await server.stop('SIGTERM');
  await engine.close();
});
