import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startCountingProxy } from '../engines/counting-proxy.ts';
import { type EngineUnderTest, embedded, engines, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { rssAnonMegabytes } from '../engines/memory.ts';
import { openSubscriptions } from '../engines/scrape.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { appendEvents } from '../graphql/documents.ts';
import { sized } from '../size.ts';

const eventAppended = /* GraphQL */ `
  subscription CatchUp($id: ID!, $after: Int) {
    eventAppended(characterId: $id, afterVersion: $after) { version note state { hitPoints } }
  }
`;
type Appended = { readonly eventAppended: { readonly version: number } };

describe.each(engines)('live on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeEach(async () => {
    engine = await open();
    server = await startServer(engine.environment);
  });
  afterEach(async () => {
    await server.stop('SIGTERM');
    await engine.close();
  });

  const events = sized(400, 1_000);
  const leastCuts = sized(8, 20);
  test(`a subscriber that is cut ${leastCuts} times while ${events} events are appended has each once, in order`, {
    timeout: 180_000,
  }, async () => {
    const versions: number[] = [];
    let cuts = 0;
    const following = (async () => {
      while (versions.length < events) {
        const client = webSocketClient(server);
        const { received, isOver } = subscribe<Appended>(client, eventAppended, {
          id: 'bard',
          after: versions.length - 1,
        });
        const enough = cuts < leastCuts ? 30 : events;
        while (received.length < enough && versions.length + received.length < events && !isOver())
          await sleep(1);
        // Who looks late has more: it is as good as lost in the cut.
        versions.push(...received.slice(0, enough).map((each) => each.eventAppended.version));
        if (versions.length < events) cuts += 1;
        client.terminate();
        await client.dispose();
      }
    })();
    const append = async (store: ReturnType<typeof eventStoreOver> | undefined) => {
      const input = { characterId: 'bard', characterName: 'Bard', characterHitPoints: 1, note: '' };
      for (let nth = 0; nth < events / 2; nth += 1) {
        if (store !== undefined) await store.append(input);
        else await server.graphql(appendEvents, { input: { events: [input] } });
      }
    };
    await Promise.all([append(undefined), append(eventStoreOver(engine.table)), following]);
    expect(versions).toEqual(Array.from({ length: events }, (_, version) => version));
    expect(cuts).toBeGreaterThanOrEqual(leastCuts);
  });
});

test('50 subscribers that stop reading cost little memory, and others do not notice', {
  timeout: 360_000,
}, async () => {
  const engine = await embedded.open();
  const server = await startServer(engine.environment);
  const note = 'Slashing damage from goblin. '.repeat(69).slice(0, 2_000);
  const group = Array.from({ length: 100 }, () => ({
    characterId: 'bard',
    characterName: 'Bard',
    characterHitPoints: 1,
    note,
  }));
  const groups = sized(20, 100);
  const appendGroup = async () => {
    const { data } = await server.graphql(appendEvents, { input: { events: group } });
    expect(data).toMatchObject({ appendEvents: { __typename: 'AppendEventsSuccess' } });
  };
  for (let warm = 0; warm < 10; warm += 1) await appendGroup();
  const stalled = await Promise.all(Array.from({ length: 50 }, () => stalledSubscriber(server)));
  const client = webSocketClient(server);
  const reader = subscribe<Appended>(client, eventAppended, { id: 'bard', after: 999 });
  await sleep(500);
  const before = await rssAnonMegabytes(server.process);
  let peak = before;
  let slowest = 0;
  for (let nth = 0; nth < groups; nth += 1) {
    await appendGroup();
    peak = Math.max(peak, await rssAnonMegabytes(server.process));
    const asked = performance.now();
    await server.graphql('{ character(id: "bard") { ... on Character { version } } }');
    slowest = Math.max(slowest, performance.now() - asked);
  }
  const received = await reader.until(groups * 100);
  expect(received.map((each) => each.eventAppended.version)).toEqual(
    Array.from({ length: groups * 100 }, (_, nth) => 1_000 + nth),
  );
  process.stdout.write(`RssAnon ${before} MB, at most ${peak} MB; slowest query ${Math.round(slowest)} ms\n`);
  expect(peak - before).toBeLessThan(50);
  for (const socket of stalled) socket.terminate();
  await client.dispose();
  await server.stop('SIGTERM');
  await engine.close();
});

async function stalledSubscriber(server: ServerProcess): Promise<WebSocket> {
  const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  const payload = { query: eventAppended, variables: { id: 'bard', after: -1 } };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  await once(socket, 'message');
  socket.pause();
  return socket;
}

test.skipIf(!hasDynamoDb)(
  '1,000 idle followers of 100 characters cost one BatchGetItem for each poll',
  {
    timeout: 180_000,
  },
  async () => {
    let takeCalls: Awaited<ReturnType<typeof startCountingProxy>>['takeCalls'] = () => [];
    const engine = await openDynamoDb(async (endpoint) => {
      const proxy = await startCountingProxy(endpoint);
      takeCalls = proxy.takeCalls;
      return proxy;
    });
    const ids = Array.from({ length: 100 }, (_, nth) => `hero ${nth}`);
    const others = eventStoreOver(engine.table);
    for (const characterId of ids) {
      await others.append({ characterId, characterName: 'Hero', characterHitPoints: 8, note: '' });
    }
    const server = await startServer({ ...engine.environment, FOLLOW_POLL_MS: '200' });
    const clients = Array.from({ length: 10 }, () => webSocketClient(server));
    const followers = clients.flatMap((client) =>
      ids.map((id) => subscribe<Appended>(client, eventAppended, { id, after: -1 })),
    );
    await Promise.all(followers.map((each) => each.until(1)));
    const calls = [];
    takeCalls();
    const start = performance.now();
    while (calls.length < 10) {
      await sleep(50);
      calls.push(...takeCalls());
    }
    const polls = Math.ceil((performance.now() - start) / 200);
    process.stdout.write(`${calls.length} calls in the time of ${polls} polls\n`);
    expect(new Set(calls.map(({ operation }) => operation))).toEqual(new Set(['BatchGetItem']));
    expect(calls.length).toBeLessThanOrEqual(polls + 1);

    await others.append({ characterId: 'hero 7', characterHitPoints: -1, note: '' });
    await Promise.all(followers.filter((_, nth) => nth % 100 === 7).map((each) => each.until(2)));
    await Promise.all(clients.map((client) => client.dispose()));
    await expect.poll(() => openSubscriptions(server)).toBe(0);
    await expect
      .poll(async () => {
        takeCalls();
        await sleep(600);
        return takeCalls();
      })
      .toEqual([]);
    await server.stop('SIGTERM');
    await engine.close();
  },
);
