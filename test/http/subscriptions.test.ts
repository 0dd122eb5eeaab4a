import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { tableCalls } from '../engines/scrape.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { startServer } from '../engines/server-process.ts';
import { type Subscriber, subscribe, webSocketClient } from '../engines/subscriber.ts';
import { appendEvent, revertEvent } from '../graphql/documents.ts';
import { goblinAmbush, goItem, rogue } from '../party.ts';

const eventAppended = /* GraphQL */ `
  subscription CatchUp($id: ID!, $after: Int) {
    eventAppended(characterId: $id, afterVersion: $after) { version note reverts state { hitPoints } }
  }
`;
const characterCreated = 'subscription { characterCreated { id name hitPoints events { totalCount } } }';
type Appended = { readonly eventAppended: { readonly version: number; readonly note: string } };

describe.each(engines)('subscriptions on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let server: ServerHere;
  let client: Client;
  let character: string;
  beforeAll(async () => {
    engine = await open();
    server = await startServerHere({
      ...engine.environment,
      FOLLOW_POLL_MS: '200',
      CORS_ORIGINS: 'https://friends.example',
    });
  });
  afterAll(async () => {
    await server.stop();
    await engine.close();
  });
  beforeEach(() => {
    client = webSocketClient(server);
    character = `rogue ${crypto.randomUUID()}`;
  });
  afterEach(() => client.dispose());

  const follow = (variables: object) =>
    subscribe<Appended>(client, eventAppended, { id: character, ...variables });
  const append = async (input: object) => {
    const { data } = await server.graphql(appendEvent, { input: { characterId: character, ...input } });
    expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
  };
  const appendAll = async () => {
    for (const { characterId: _, ...event } of goblinAmbush) await append(event);
  };
  /** Subscribes, and waits until the server has looked where the subscription begins. */
  const begun = async <Data>(verb: 'query' | 'directory', begin: () => Subscriber<Data>) => {
    const before = await tableCalls(server, { verb });
    const subscriber = begin();
    await expect.poll(() => tableCalls(server, { verb })).toBeGreaterThan(before);
    return subscriber;
  };
  const versions = (received: readonly Appended[]) => received.map((each) => each.eventAppended.version);

  test('of a character give every event after a version, then those that are appended', async () => {
    await appendAll();
    const all = follow({ after: -1 });
    const some = follow({ after: 1 });
    expect(versions(await all.until(3))).toEqual([0, 1, 2]);
    expect(await some.until(1)).toEqual([
      {
        eventAppended: {
          version: 2,
          note: 'Bludgeoning damage from bugbear',
          reverts: null,
          state: { hitPoints: 3 },
        },
      },
    ]);
    await append({ characterHitPoints: 4, note: 'Potion' });
    await server.graphql(revertEvent, { input: { characterId: character, version: 1 } });
    expect(versions(await all.until(5))).toEqual([0, 1, 2, 3, 4]);
    expect((await some.until(3)).at(-1)).toMatchObject({
      eventAppended: { reverts: 1, state: { hitPoints: 9 } },
    });
  });

  test('without a version give only what is appended from now on', async () => {
    await appendAll();
    const fromNow = await begun('query', () => follow({}));
    expect(fromNow.received).toEqual([]);
    await append({ characterHitPoints: 4 });
    expect(versions(await fromNow.until(1))).toEqual([3]);
  });

  test('of a character without events wait for its first one', async () => {
    const early = await begun('query', () => follow({ after: -1 }));
    await appendAll();
    expect(versions(await early.until(3))).toEqual([0, 1, 2]);
  });

  test('give what other processes append, in order, though they append several at a time', async () => {
    await appendAll();
    const following = await begun('query', () => follow({}));
    const other = eventStoreOver(engine.table);
    for (let nth = 0; nth < 40; nth += 1) {
      await other.append({ characterId: character, characterHitPoints: 1, note: `${nth}` });
    }
    expect(versions(await following.until(40))).toEqual(Array.from({ length: 40 }, (_, nth) => nth + 3));
  });

  test('give events of other programs, with the state after each', async () => {
    await engine.table.insert([goItem(character, 0, 8), goItem(character, 1, -2)]);
    expect(await follow({ after: -1 }).until(2)).toMatchObject([
      { eventAppended: { version: 0, state: { hitPoints: 8 } } },
      { eventAppended: { version: 1, state: { hitPoints: 6 } } },
    ]);
  });

  test('of a version that is not reached yet begin after it', async () => {
    await appendAll();
    const later = await begun('query', () => follow({ after: 3 }));
    await append({ characterHitPoints: 1, note: 'three' });
    await append({ characterHitPoints: 1, note: 'four' });
    expect(versions(await later.until(1))).toEqual([4]);
  });

  describe('to many characters', () => {
    const eventsAppended = /* GraphQL */ `
      subscription Party($characters: [FollowInput!]!) {
        eventsAppended(characters: $characters) { characterId version state { hitPoints } }
      }
    `;
    const followAll = (characters: readonly object[]) =>
      subscribe<{ readonly eventsAppended: object }>(client, eventsAppended, { characters });

    test('give the events of all in one stream', async () => {
      await appendAll();
      const other = `other ${character}`;
      const party = followAll([{ characterId: character, afterVersion: 0 }, { characterId: other }]);
      expect(await party.until(2)).toMatchObject([
        { eventsAppended: { characterId: character, version: 1, state: { hitPoints: 6 } } },
        { eventsAppended: { characterId: character, version: 2, state: { hitPoints: 3 } } },
      ]);
      await append({ characterId: other, characterName: 'Other', characterHitPoints: 5 });
      await append({ characterHitPoints: 1 });
      const [, , ...news] = await party.until(4);
      expect(news).toHaveLength(2);
      expect(news).toEqual(
        expect.arrayContaining([
          { eventsAppended: { characterId: other, version: 0, state: { hitPoints: 5 } } },
          { eventsAppended: { characterId: character, version: 3, state: { hitPoints: 4 } } },
        ]),
      );
    });

    test.each<[string, readonly object[], readonly string[]]>([
      ['none', [], ['characters']],
      [
        'more than 1,000',
        Array.from({ length: 1_001 }, (_, nth) => ({ characterId: `${nth}` })),
        ['characters'],
      ],
      ['one twice', [{ characterId: 'a' }, { characterId: 'a' }], ['characters', '1', 'characterId']],
      ['a version below −1', [{ characterId: 'a', afterVersion: -2 }], ['characters', '0', 'afterVersion']],
    ])('refuse %s', async (_, characters, path) => {
      const refused = followAll(characters);
      await expect
        .poll(() => refused.errors)
        .toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues: [{ path }] } }]);
    });

    test('follow 1,000 at once', async () => {
      const ids = Array.from({ length: 1_000 }, (_, nth) => `${nth} ${character} ${'x'.repeat(36)}`);
      const party = followAll(ids.map((characterId) => ({ characterId, afterVersion: -1 })));
      const last = ids.at(-1);
      await append({ characterId: last, characterName: 'Last', characterHitPoints: 5 });
      expect(await party.until(1)).toMatchObject([{ eventsAppended: { characterId: last, version: 0 } }]);
    });
  });

  test('of new characters give each, whoever creates it, and no old one', async () => {
    await appendAll();
    const created = await begun('directory', () => subscribe<object>(client, characterCreated));
    await append({ characterHitPoints: 1 });
    const names = ['here', 'there'].map((place) => `${place} ${crypto.randomUUID()}`);
    const [here = '', there = ''] = names;
    const event = { characterName: 'New', characterHitPoints: 7, note: '' };
    await server.graphql(appendEvent, { input: { ...event, characterId: here } });
    await eventStoreOver(engine.table).append({ ...event, characterId: there });
    expect(await created.until(2)).toMatchObject(
      names.map((id) => ({ characterCreated: { id, name: 'New', hitPoints: 7, events: { totalCount: 1 } } })),
    );
    await sleep(500);
    expect(created.received).toHaveLength(2);
  });

  test('with wrong arguments are told so, with every issue', async () => {
    const wrong = subscribe(client, eventAppended, { id: '', after: -2 });
    while (!wrong.isOver()) await sleep(10);
    expect(wrong.errors).toMatchObject([
      {
        extensions: {
          code: 'BAD_USER_INPUT',
          issues: [{ path: ['characterId'] }, { path: ['afterVersion'] }],
        },
      },
    ]);
  });

  test.each([
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['{ __typename }', 'BAD_REQUEST'],
    [
      'mutation { appendEvent(input: { characterId: "x", characterHitPoints: 1 }) { __typename } }',
      'BAD_REQUEST',
    ],
    [
      'subscription ($after: Int!) { eventAppended(characterId: "x", afterVersion: $after) { version } }',
      'BAD_USER_INPUT',
    ],
  ])('refuse %s with %s, and the connection goes on', async (query, code) => {
    const refused = subscribe(client, query);
    while (!refused.isOver()) await sleep(10);
    expect(refused.errors).toMatchObject([{ extensions: { code } }]);
    await appendAll();
    expect(await follow({ after: -1 }).until(3)).toHaveLength(3);
  });

  test('name an item that is no event, and end with it', async () => {
    await engine.table.insert([{ ...goItem(character, 0, 8), Note: 7 }]);
    const broken = follow({ after: -1 });
    while (!broken.isOver()) await sleep(10);
    expect(broken.errors).toMatchObject([
      {
        message: expect.stringContaining('expected Note to be a string'),
        extensions: { code: 'UNREADABLE_EVENT', version: 0, requestId: expect.any(String) },
      },
    ]);
    await expect.poll(server.log).toContain(String(broken.errors[0]?.extensions?.['requestId']));
  });

  test('are a hundred on a connection, and no more', async () => {
    await appendAll();
    const hundred = Array.from({ length: 100 }, () => follow({ after: -1 }));
    await Promise.all(hundred.map((each) => each.until(3)));
    const more = follow({});
    while (!more.isOver()) await sleep(10);
    expect(more.errors).toMatchObject([{ message: expect.stringContaining('at most 100') }]);
    hundred[0]?.stop();
    await sleep(50);
    expect(await follow({ after: -1 }).until(3)).toHaveLength(3);
  });

  test('sent as a request are refused with a clear text', async () => {
    const { status, errors } = await server.graphql(characterCreated);
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ message: expect.stringContaining('WebSocket') }]);
  });

  test.each([
    [{}, 'open'],
    [{ origin: 'https://friends.example' }, 'open'],
    [{ origin: 'http://localhost', host: 'localhost' }, 'open'],
    [{ origin: 'https://elsewhere.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ host: 'rebound.example' }, 403],
    [{ host: 'rebound.example', origin: 'http://rebound.example' }, 403],
  ])('with %j end in %s', async (headers, end) => {
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws', { headers });
    const outcome = await new Promise((resolve) => {
      socket.on('error', () => {});
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
    });
    expect(outcome).toBe(end);
    if (outcome === 'open') socket.terminate();
  });

  test('at another address are not found', async () => {
    const socket = new WebSocket(server.url.replace('http:', 'ws:').replace('/graphql', '/other'));
    socket.on('error', () => {});
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
    });
    expect(status).toBe(404);
  });

  test.each(['/graphql', '/livez', '/'])(
    'and requests of %s that name another host are refused',
    async (path) => {
      const status = await new Promise((resolve) => {
        request(new URL(path, server.url), { headers: { host: 'rebound.example' } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
      expect(status).toBe(403);
    },
  );
});

test('a server that stops tells its subscribers to connect again', async () => {
  const [engine] = await Promise.all(engines.slice(0, 1).map(({ open }) => open()));
  if (engine === undefined) throw new Error('Expected an engine.');
  const server = await startServer(engine.environment);
  const client = webSocketClient(server);
  const closed = new Promise<number>((resolve) => {
    client.on('closed', (event) => resolve((event as { code: number }).code));
  });
  const following = subscribe<Appended>(client, eventAppended, { id: rogue, after: -1 });
  await eventStoreOver(engine.table).append({
    characterId: rogue,
    characterName: 'R',
    characterHitPoints: 1,
    note: '',
  });
  await following.until(1);
  const stopped = server.stop('SIGTERM');
  expect(await closed).toBe(1001);
  expect(await stopped).toBe(0);
  await engine.close();
});
