import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded, engines, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { type FaultProxy, mixedFaults, startFaultProxy } from '../engines/fault-proxy.ts';
import { seededRandom } from '../engines/seeded-random.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { findingsOf } from '../findings.ts';
import { appendEvent, appendEvents } from '../graphql/documents.ts';
import { seeds, sized } from '../size.ts';
import { type Member, mutatePatiently } from './patient-client.ts';

let engine: EngineUnderTest;
let servers: readonly ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  servers = [];
  await engine.close();
});

async function startServers(count: number): Promise<void> {
  servers = await Promise.all(Array.from({ length: count }, () => startServer(engine.environment)));
}

/** Sends an append to every server at once. */
function everywhere(inputOf: (server: number) => object): Promise<readonly Member[]> {
  return Promise.all(
    servers.map(async (server, index) => {
      const { data, errors } = await server.graphql(appendEvent, { input: inputOf(index) });
      expect(errors).toBeUndefined();
      return (data as { appendEvent: Member }).appendEvent;
    }),
  );
}

describe.each(engines)('two processes on $name', ({ open }) => {
  beforeEach(async () => {
    engine = await open();
    await startServers(2);
  });

  const versions = sized(20, 200);
  test(`race for ${versions} versions: one wins each, the other is shown the event of the winner`, {
    timeout: 360_000,
  }, async () => {
    for (let version = 0; version < versions; version += 1) {
      const answers = await everywhere((server) => ({
        characterId: 'prize',
        version,
        characterName: 'Prize',
        characterHitPoints: 1,
        note: `of server ${server}`,
        // A caller's key on both sides half of the time: another key is another append.
        ...(version % 2 === 0 ? { idempotencyKey: `${version} of ${server}` } : {}),
      }));
      const winner = answers.findIndex(({ __typename }) => __typename === 'AppendEventSuccess');
      expect(answers[winner]).toMatchObject({ duplicate: false, event: { version } });
      expect(answers[1 - winner]).toMatchObject({
        __typename: 'EventAlreadyExistsError',
        version,
        nextVersion: version + 1,
        event: { version, note: `of server ${winner}` },
      });
    }
    expect(await engine.table.query('prize', { limit: 1_000 })).toHaveLength(versions);
  });

  test('are sent one key at once, without a version: it is stored once', {
    timeout: 360_000,
  }, async () => {
    const races = sized(15, 100, 500);
    for (let race = 0; race < races; race += 1) {
      const answers = await everywhere(() => ({
        characterId: 'prize',
        characterName: 'Prize',
        characterHitPoints: 1,
        idempotencyKey: `race ${race}`,
      }));
      expect(answers.map((answer) => answer['event'])).toEqual([
        expect.objectContaining({ version: race }),
        expect.objectContaining({ version: race }),
      ]);
      expect(answers.map((answer) => answer['duplicate']).toSorted()).toEqual([false, true]);
    }
    expect(await engine.table.query('prize', { limit: 1_000 })).toHaveLength(races);
  });
});

const party = ['bard', 'monk', 'rogue', 'tank', 'wizard'];

async function sendRandomGroups(groups: number, seed: number): Promise<readonly string[]> {
  const random = seededRandom(seed);
  const inputs = Array.from({ length: groups }, (_, group) => ({
    events: Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => ({
      characterId: party[Math.floor(random() * party.length)],
      characterName: 'P',
      characterHitPoints: -1,
      note: 'fireball',
      ...(random() < 0.2 ? { maximumHitPoints: 5 + Math.floor(random() * 20) } : {}),
      ...(random() < 0.2 ? { temporaryHitPoints: Math.floor(random() * 10) } : {}),
      ...(random() < 0.3 ? { archived: random() < 0.5 } : {}),
      idempotencyKey: `${group}/${index}`,
    })),
  }));
  const waiting = inputs.map((input, group) => ({ input, server: servers[group % servers.length] }));
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { server, input } = next;
        const member = await mutatePatiently(() => server?.url ?? '', appendEvents, input);
        expect(member.__typename).toBe('AppendEventsSuccess');
      }
    }),
  );
  return inputs.flatMap(({ events }) => events.map(({ idempotencyKey }) => idempotencyKey));
}

async function storedKeys(): Promise<readonly unknown[]> {
  const histories = await Promise.all(party.map((id) => engine.table.query(id, { limit: 10_000 })));
  for (const items of histories) {
    expect(items.map(({ Version }) => Version)).toEqual(items.map((_, version) => version));
  }
  return histories.flat().map((item) => item['IdempotencyKey']);
}

describe('random groups from four processes', () => {
  test('are stored whole and once on the embedded engine', { timeout: 600_000 }, async () => {
    engine = await embedded.open();
    await startServers(4);
    const sent = await sendRandomGroups(sized(20, 150, 1_000), seeds[0] ?? 1);
    expect((await storedKeys()).toSorted()).toEqual(sent.toSorted());
    expect(await findingsOf(engine)).toEqual([]);
  });

  test.skipIf(!hasDynamoDb)(
    'are stored whole and once on DynamoDB, with 45 % of all calls failing',
    { timeout: 600_000 },
    async () => {
      let proxy: FaultProxy | undefined;
      engine = await openDynamoDb(async (endpoint) => {
        proxy = await startFaultProxy(endpoint);
        return proxy;
      });
      await startServers(4);
      proxy?.inject(mixedFaults, seeds[0]);
      const sent = await sendRandomGroups(sized(10, 60, 1_000), seeds[0] ?? 1);
      proxy?.inject({});
      process.stdout.write(`seed ${seeds[0]}: ${JSON.stringify(proxy?.met())}\n`);
      expect((await storedKeys()).toSorted()).toEqual(sent.toSorted());
      expect(await findingsOf(engine)).toEqual([]);
    },
  );
});
