import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CountingProxy, startCountingProxy } from '../engines/counting-proxy.ts';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';

describe.skipIf(!hasDynamoDb)('a hundred characters in one request', () => {
  let engine: EngineUnderTest;
  let proxy: CountingProxy;
  let server: ServerProcess;
  const ids = Array.from({ length: 100 }, (_, nth) => `hero ${nth}`);

  beforeAll(async () => {
    engine = await openDynamoDb(async (endpoint) => {
      proxy = await startCountingProxy(endpoint);
      return proxy;
    });
    const others = eventStoreOver(engine.table);
    for (const characterId of ids) {
      await others.append({ characterId, characterName: 'Hero', characterHitPoints: 8, note: '' });
    }
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    server = await startServer(engine.environment);
    proxy.takeCalls();
    return async () => {
      await server.stop('SIGTERM');
    };
  });

  const list = '{ characters(first: 100) { nodes { id hitPoints version } } }';
  const aliases = `{ ${ids.map((id, nth) => `c${nth}: character(id: "${id}") { ... on Character { id hitPoints version } }`).join('\n')} }`;
  const listed = (data: unknown) => (data as { characters: { nodes: object[] } }).characters.nodes;

  test.each([
    ['by the list', list, { Query: 101 }, { Query: 1, BatchGetItem: 1 }, listed],
    [
      'by aliases',
      aliases,
      { Query: 100 },
      { BatchGetItem: 1 },
      (data: unknown) => Object.values(data as object),
    ],
  ])(
    'cost, %s, a limited query each while they are unknown, and two calls at most from then on',
    async (_, query, unknown, known, charactersOf) => {
      const ask = async () => {
        const { data, errors } = await server.graphql(query);
        expect(errors).toBeUndefined();
        return charactersOf(data);
      };
      expect(await ask()).toHaveLength(100);
      expect(counts()).toEqual(unknown);
      expect(await ask()).toHaveLength(100);
      expect(counts()).toEqual(known);

      const before = (await ask()).find((each) => 'id' in each && each.id === 'hero 7');
      await eventStoreOver(engine.table).append({ characterId: 'hero 7', characterHitPoints: -1, note: '' });
      proxy.takeCalls();
      const after = (await ask()).find((each) => 'id' in each && each.id === 'hero 7');
      expect({ before, after }).toMatchObject({
        before: { hitPoints: expect.any(Number) },
        after: { hitPoints: Number(before && 'hitPoints' in before ? before.hitPoints : Number.NaN) - 1 },
      });
      expect(counts()).toEqual({ ...known, Query: ('Query' in known ? known.Query : 0) + 1 });
    },
  );

  function counts(): Readonly<Record<string, number>> {
    const counted: Record<string, number> = {};
    for (const { operation } of proxy.takeCalls()) counted[operation] = (counted[operation] ?? 0) + 1;
    return counted;
  }
});
