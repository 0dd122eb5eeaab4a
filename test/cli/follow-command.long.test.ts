import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { peakMegabytes } from '../engines/memory.ts';
import { seededRandom } from '../engines/seeded-random.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { sized } from '../size.ts';
import { expectWhole, kill, startFollowing, versionsIn } from './following-process.ts';

const eventsOfWriter = sized(500, 1_500, 5_000);
const kills = sized(4, 20);
const characters = 40;

describe.each(engines)('character-events follow on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let folder: string;
  let servers: readonly ServerProcess[];
  beforeEach(async () => {
    engine = await open();
    folder = await mkdtemp(join(tmpdir(), 'character-events-'));
    servers = [await startServer(engine.environment), await startServer(engine.environment)];
  });
  afterEach(async () => {
    for (const server of servers) await server.stop('SIGTERM');
    await engine.close();
    await rm(folder, { recursive: true });
  });

  test(`${2 * eventsOfWriter} events of two servers come once each, in order, while it is killed ${kills} times`, {
    timeout: 900_000,
  }, async () => {
    const file = join(folder, 'events.jsonl');
    const random = seededRandom(1);
    const below = (most: number) => Math.floor(random() * most);
    /** How many events each may have written by now: some have to be left for every start, however long it takes. */
    let most = 0;
    // Both write to the same characters, whose number grows all the time.
    const writing = Promise.all(
      servers.map(async (server) => {
        for (let nth = 0; nth < eventsOfWriter; nth += 1) {
          const id = `hero ${below(1 + (nth * characters) / eventsOfWriter)}`;
          while (nth >= most) await sleep(8);
          await append(server, id);
          if (most < eventsOfWriter) await sleep(8);
        }
      }),
    );
    const sizeOf = async () => (await stat(file).catch(() => ({ size: 0 }))).size;
    for (let killed = 0; killed < kills; killed += 1) {
      const before = await sizeOf();
      most = Math.floor((eventsOfWriter * (killed + 1)) / (kills + 1));
      const following = startFollowing(file, engine.environment);
      while ((await sizeOf()) === before) {
        expect(following.exitCode).toBe(null);
        await sleep(2);
      }
      await sleep(below(400));
      await kill(following);
    }
    most = eventsOfWriter;
    const last = startFollowing(file, engine.environment);
    const peak = peakMegabytes(last);
    await writing;
    const count = async () => Array.from((await versionsIn(file)).values()).flat().length;
    await expect.poll(count, { timeout: 120_000, interval: 500 }).toBe(2 * eventsOfWriter);
    await sleep(1_000);
    last.kill('SIGTERM');
    expect(await once(last, 'exit')).toEqual([0, null]);
    const versions = await versionsIn(file);
    expectWhole(versions);
    expect(Array.from(versions.values()).flat()).toHaveLength(2 * eventsOfWriter);
    process.stdout.write(`RssAnon at most: ${await peak} MB\n`);
  });
});

async function append(server: ServerProcess, characterId: string): Promise<void> {
  const input = { characterId, characterName: 'X', characterHitPoints: 1, note: 'A goblin' };
  const mutation =
    'mutation ($input: AppendEventInput!) { appendEvent(input: $input) { ... on AppendEventSuccess { duplicate } } }';
  const { data } = await server.graphql(mutation, { input });
  expect(data).toEqual({ appendEvent: { duplicate: false } });
}
