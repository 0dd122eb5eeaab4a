import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredItem } from '../../../src/store/event-item.ts';
import type { EventStore } from '../../../src/store/event-store.ts';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../../engines/engines.ts';
import { eventStoreOver } from '../../engines/event-store-over.ts';
import { type FaultProxy, mixedFaults, startFaultProxy } from '../../engines/fault-proxy.ts';
import { seededRandom } from '../../engines/seeded-random.ts';
import { findingsOf } from '../../findings.ts';
import { wizardItems } from '../../party.ts';
import { seeds, sized } from '../../size.ts';
import { appendGroupPatiently, appendPatiently } from '../patient-client.ts';

describe.skipIf(!hasDynamoDb).each(['delivered twice', 'delivered again a second later'] as const)(
  'where one in three requests is %s',
  (fault) => {
    let proxy: FaultProxy;
    let engine: EngineUnderTest;
    beforeEach(async () => {
      engine = await openDynamoDb(async (endpoint) => {
        proxy = await startFaultProxy(endpoint);
        return proxy;
      });
      proxy.inject({ '*': { [fault]: 1 / 3 } });
    });
    afterEach(() => engine.close());

    const versionsOf = async (characterId: string) =>
      (await engine.table.query(characterId, { limit: 10_000 })).map(({ Version }) => Version);
    /** The last copies have arrived. */
    const isQuiet = () => sleep(1_200);
    const wound = { characterName: 'P', characterHitPoints: -1, note: '' };

    test('appends without keys are stored once each', { timeout: 360_000 }, async () => {
      const store = eventStoreOver(engine.table);
      const appends = sized(200, 1_000);
      const write = async (characterId: string) => {
        for (let version = 0; version < appends / 4; version += 1) {
          const outcome = await store.append({ ...wound, characterId });
          expect(outcome).toMatchObject({ type: 'appended', duplicate: false, event: { version } });
        }
      };
      const heroes = ['bard', 'monk', 'rogue', 'tank'];
      await Promise.all(heroes.map(write));
      await isQuiet();
      for (const hero of heroes) expect(await versionsOf(hero)).toHaveLength(appends / 4);
      expect(proxy.met()[fault]).toBeGreaterThan(appends / 5);
    });

    test('groups without keys are stored once each, and appends with keys too', {
      timeout: 360_000,
    }, async () => {
      const store = eventStoreOver(engine.table);
      const groups = sized(50, 200);
      for (let nth = 0; nth < groups; nth += 1) {
        const events = ['bard', 'monk', 'bard'].map((characterId) => ({ ...wound, characterId }));
        expect(await store.appendGroup(events)).toMatchObject({ type: 'appended', duplicate: false });
        await store.append({ ...wound, characterId: 'rogue', idempotencyKey: `key ${nth}` });
      }
      await isQuiet();
      expect(await versionsOf('bard')).toHaveLength(2 * groups);
      expect(await versionsOf('monk')).toHaveLength(groups);
      expect(await versionsOf('rogue')).toHaveLength(groups);
    });
  },
);

describe.skipIf(!hasDynamoDb).each(seeds)('with 45 of 100 calls failing, by seed %d,', (seed) => {
  let proxy: FaultProxy;
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await openDynamoDb(async (endpoint) => {
      proxy = await startFaultProxy(endpoint);
      return proxy;
    });
    proxy.inject(mixedFaults, seed);
  });
  afterEach(async () => {
    process.stdout.write(`seed ${seed}: ${JSON.stringify(proxy.met())}\n`);
    await engine.close();
  });

  async function keysOf(characterId: string): Promise<readonly unknown[]> {
    proxy.inject({});
    await sleep(1_200);
    const items = await engine.table.query(characterId, { limit: 1_000 });
    expect(items.map(({ Version }) => Version)).toEqual(items.map((_, version) => version));
    return items.map((item) => item['IdempotencyKey']);
  }

  const heroes = sized(4, 16);
  test(`${25 * heroes} appends of one writer per character are stored once each, without a false conflict`, {
    timeout: 900_000,
  }, async () => {
    const store = eventStoreOver(engine.table);
    const writers = Array.from({ length: heroes }, (_, writer) => `hero-${writer}`);
    const write = async (characterId: string) => {
      for (let version = 0; version < 25; version += 1) {
        const outcome = await appendPatiently(store, {
          characterId,
          version,
          characterName: 'Hero',
          characterHitPoints: 1,
          note: '',
          idempotencyKey: `${characterId}/${version}`,
        });
        expect(outcome).toMatchObject({ type: 'appended', event: { version }, state: { version } });
      }
    };
    await Promise.all(writers.map(write));
    for (const characterId of writers) {
      expect(await keysOf(characterId)).toEqual(
        Array.from({ length: 25 }, (_, version) => `${characterId}/${version}`),
      );
    }
  });

  test('6 writers with 25 appends each on one character leave 150 events', {
    timeout: 900_000,
  }, async () => {
    const answered = new Map<string, number>();
    const write = async (store: EventStore, writer: number) => {
      for (let nth = 0; nth < 25; nth += 1) {
        const idempotencyKey = `writer-${writer}/${nth}`;
        const outcome = await appendPatiently(store, {
          characterId: 'tank',
          characterName: 'Tank',
          characterHitPoints: -1,
          note: '',
          idempotencyKey,
        });
        if (outcome.type !== 'appended') throw new Error(`Expected an event, got ${outcome.type}.`);
        answered.set(idempotencyKey, outcome.event.version);
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, writer) => write(eventStoreOver(engine.table), writer)));
    const stored = await keysOf('tank');
    expect(stored).toHaveLength(150);
    expect(new Map(stored.map((key, version) => [key, version]))).toEqual(answered);
  });

  test('characters that 3 writers put away and bring back are in the list that their state says', {
    timeout: 900_000,
  }, async () => {
    const random = seededRandom(seed);
    const heroes = ['bard', 'monk', 'rogue', 'tank'];
    const write = async (store: EventStore, writer: number) => {
      for (let nth = 0; nth < 20; nth += 1) {
        const outcome = await appendPatiently(store, {
          characterId: heroes[Math.floor(random() * heroes.length)] ?? '',
          characterName: 'P',
          characterHitPoints: Math.floor(random() * 20) - 10,
          ...(random() < 0.3 ? { maximumHitPoints: 5 + Math.floor(random() * 20) } : {}),
          ...(random() < 0.3 ? { temporaryHitPoints: Math.floor(random() * 10) } : {}),
          ...(random() < 0.6 ? { archived: random() < 0.5 } : {}),
          idempotencyKey: `${writer}/${nth}`,
        });
        expect(outcome.type).toBe('appended');
        if (outcome.type !== 'appended' || random() < 0.8) continue;
        const { characterId, version } = outcome.event;
        while (!(await store.revert({ characterId, version }).catch(() => undefined))) await sleep(5);
      }
    };
    await Promise.all(Array.from({ length: 3 }, (_, writer) => write(eventStoreOver(engine.table), writer)));
    for (const hero of heroes) await keysOf(hero);
    const store = eventStoreOver(engine.table);
    for (const archived of [false, true]) {
      const { entries } = await store.directory({ first: 100, archived });
      const states = await store.characters(entries.map(({ characterId }) => characterId));
      expect(states.map((state) => state instanceof Error || state?.archived)).toEqual(
        entries.map(() => archived),
      );
    }
    expect(await findingsOf(engine)).toEqual([]);
  });

  test('reads are whole that are answered', { timeout: 180_000 }, async () => {
    proxy.inject({});
    const items = wizardItems(Array.from({ length: 250 }, () => 1));
    for (let start = 0; start < 250; start += 100) await engine.table.insert(items.slice(start, start + 100));
    proxy.inject(mixedFaults, seed);
    const versionsOf = async (read: () => Promise<readonly StoredItem[]>) =>
      (await read().catch(() => items)).map(({ Version }) => Version).toSorted((one, other) => one - other);
    const all = items.map(({ Version }) => Version);
    for (let nth = 0; nth < 20; nth += 1) {
      expect(await versionsOf(() => engine.table.get(items))).toEqual(all);
      expect(await versionsOf(() => engine.table.query('wizard', { limit: 250 }))).toEqual(all);
    }
  });

  test('groups of 4 writers are stored whole and once, or not at all', { timeout: 900_000 }, async () => {
    const random = seededRandom(seed);
    const party = ['bard', 'monk', 'rogue', 'tank'];
    const answered: string[] = [];
    const write = async (store: EventStore, writer: number) => {
      for (let nth = 0; nth < 10; nth += 1) {
        const targets = Array.from({ length: 2 + Math.floor(random() * 4) }, () =>
          Math.floor(random() * party.length),
        );
        const outcome = await appendGroupPatiently(
          store,
          targets.map((target, index) => ({
            characterId: party[target] ?? '',
            characterName: 'P',
            characterHitPoints: -1,
            note: `${writer}/${nth} of ${targets.length}`,
            idempotencyKey: `${writer}/${nth}/${index}`,
          })),
        );
        expect(outcome.type).toBe('appended');
        answered.push(...targets.map((_, index) => `${writer}/${nth}/${index}`));
      }
    };
    await Promise.all(Array.from({ length: 4 }, (_, writer) => write(eventStoreOver(engine.table), writer)));
    const stored = (await Promise.all(party.map(keysOf))).flat();
    expect(stored.toSorted()).toEqual(answered.toSorted());
  });
});
