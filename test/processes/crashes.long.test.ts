import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedEventTable } from '../../src/store/embedded/event-table.ts';
import { type EngineUnderTest, engines, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { startHttpProxy } from '../engines/http-proxy.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { findingsOf } from '../findings.ts';
import { appendEvent, character, characterEvents } from '../graphql/documents.ts';
import { wizardItems } from '../party.ts';
import { sized } from '../size.ts';
import { type Member, mutatePatiently } from './patient-client.ts';

const running: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(
    running.splice(0).map((server) => server.process.exitCode === null && server.stop('SIGKILL')),
  );
});

async function start(
  environment: Readonly<Record<string, string>>,
  options: Parameters<typeof startServer>[1] = {},
): Promise<ServerProcess> {
  const server = await startServer(environment, options);
  running.push(server);
  return server;
}

const heroes = ['bard', 'monk', 'rogue', 'tank'];

describe.each(engines)('a server on $name that is killed under load', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
  });
  afterEach(() => engine.close());

  test('is ready again, with everything it acknowledged and no gap', {
    timeout: 900_000,
  }, async () => {
    let server = await start(engine.environment);
    let isOver = false;
    const acknowledged = new Map<string, number>();
    const write = async (writer: number) => {
      for (let nth = 0; !isOver; nth += 1) {
        const idempotencyKey = `${writer}/${nth}`;
        const member = await mutatePatiently(() => server.url, appendEvent, {
          characterId: heroes[writer % heroes.length],
          characterName: 'Hero',
          characterHitPoints: 1,
          ...(nth % 5 === 0 ? { maximumHitPoints: 10 + (nth % 7), temporaryHitPoints: nth % 6 } : {}),
          ...(nth % 3 === 0 ? { archived: nth % 2 === 0 } : {}),
          idempotencyKey,
        });
        expect(member.__typename).toBe('AppendEventSuccess');
        acknowledged.set(idempotencyKey, (member['event'] as { version: number }).version);
      }
    };
    const writers = Array.from({ length: 8 }, (_, writer) => write(writer));

    let longestStartMs = 0;
    for (let kill = 0; kill < sized(2, 5, 25); kill += 1) {
      await sleep(100 + Math.random() * 200);
      await server.stop('SIGKILL');
      const killedAt = performance.now();
      server = await start(engine.environment);
      expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);
      longestStartMs = Math.max(longestStartMs, performance.now() - killedAt);
    }
    isOver = true;
    await Promise.all(writers);

    process.stdout.write(
      `${acknowledged.size} acknowledged, ready again after ${Math.round(longestStartMs)} ms at most\n`,
    );
    const stored = new Map<unknown, number>();
    for (const hero of heroes) {
      const items = await engine.table.query(hero, { limit: 100_000 });
      expect(items.map(({ Version }) => Version)).toEqual(items.map((_, version) => version));
      for (const item of items) stored.set(item['IdempotencyKey'], item.Version);
    }
    expect(stored).toEqual(acknowledged);
    expect(await findingsOf(engine)).toEqual([]);
  });
});

test.skipIf(spawnSync('strace', ['-V']).error !== undefined)(
  'the embedded engine acknowledges no commit before its fdatasync',
  { timeout: 180_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'character-strace-'));
    const trace = join(folder, 'trace');
    const traced = 'trace=fdatasync,write,writev,sendmsg';
    // Whoever does not wait for the disk is caught at it.
    const slow = 'inject=fdatasync:delay_enter=20000';
    const server = await start(
      { EVENT_STORE_PATH: join(folder, 'data') },
      { through: ['strace', '-D', '-f', '-e', traced, '-e', slow, '-o', trace] },
    );
    const before = readFileSync(trace, 'utf8').length;
    for (let version = 0; version < 50; version += 1) {
      const { data } = await server.graphql(appendEvent, {
        input: { characterId: 'bard', version, characterName: 'B', characterHitPoints: 1 },
      });
      expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
    }
    await server.stop('SIGTERM');
    const written = () => readFileSync(trace, 'utf8');
    while (!new RegExp(`^${server.process.pid} +\\+{3} exited`, 'm').test(written())) await sleep(20);
    const calls = written().slice(before).split('\n');
    let synced = 0;
    let acknowledged = 0;
    let syncedSinceAnswer = false;
    for (const call of calls) {
      // A call that another thread interrupts is written in two lines; the second one tells that it is done.
      if (/fdatasync(\(\d+\)| resumed>\)) += 0/.test(call)) {
        synced += 1;
        syncedSinceAnswer = true;
      }
      if (call.includes('HTTP/1.1 200')) {
        acknowledged += 1;
        expect(syncedSinceAnswer).toBe(true);
        syncedSinceAnswer = false;
      }
    }
    expect(acknowledged).toBe(50);
    process.stdout.write(`${synced} fdatasync for ${acknowledged} acknowledged commits\n`);
    rmSync(folder, { recursive: true });
  },
);

describe('a server that is told to stop under load', () => {
  test.each(engines)('on $name has stored everything that it acknowledged', async ({ open }) => {
    const engine = await open();
    const server = await start(engine.environment);
    const acknowledged: Member[] = [];
    const write = async (hero: number) => {
      for (let version = 0; ; version += 1) {
        const answer = await server
          .graphql(appendEvent, {
            input: { characterId: `hero ${hero}`, version, characterName: 'H', characterHitPoints: 1 },
          })
          .catch(() => undefined);
        // A server that stops refuses new requests on the connections that it still has.
        if (answer === undefined || answer.status === 503) return;
        acknowledged.push((answer.data as { appendEvent: Member }).appendEvent);
      }
    };
    const writers = Array.from({ length: 8 }, (_, hero) => write(hero));
    await sleep(500);
    const toldAt = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    const tookMs = performance.now() - toldAt;
    await Promise.all(writers);
    process.stdout.write(`${acknowledged.length} acknowledged, stopped after ${Math.round(tookMs)} ms\n`);
    expect(acknowledged.every(({ __typename }) => __typename === 'AppendEventSuccess')).toBe(true);
    const histories = await Promise.all(
      writers.map((_, hero) => engine.table.query(`hero ${hero}`, { limit: 10_000 })),
    );
    expect(histories.flat()).toHaveLength(acknowledged.length);
    await engine.close();
  });

  test.skipIf(!hasDynamoDb)('answers every request that it has begun', async () => {
    let begun = 0;
    const engine = await openDynamoDb((endpoint) =>
      startHttpProxy(endpoint, async ({ operation, forward }) => {
        if (operation === 'Query') {
          begun += 1;
          await sleep(1_000);
        }
        return forward();
      }),
    );
    const server = await start(engine.environment);
    const answers = Promise.all(
      Array.from({ length: 50 }, (_, hero) =>
        server.graphql(appendEvent, {
          input: { characterId: `hero ${hero}`, characterName: 'H', characterHitPoints: 1 },
        }),
      ),
    );
    while (begun < 50) await sleep(10);
    const code = server.stop('SIGTERM');
    expect((await answers).map(({ data }) => data)).toEqual(
      Array.from({ length: 50 }, () => ({
        appendEvent: expect.objectContaining({ __typename: 'AppendEventSuccess' }),
      })),
    );
    expect(await code).toBe(0);
    await engine.close();
  });
});

const canMount = mountTmpfs('1m', (folder) => folder) !== undefined;
if (!canMount) process.stderr.write('The test of a full disk is skipped: no tmpfs can be mounted here.\n');

test.skipIf(!canMount)(
  'a full disk is a clear error, nothing is acknowledged, and a new start has what was',
  { timeout: 180_000 },
  async () => {
    await mountTmpfs('2m', async (folder) => {
      const environment = { EVENT_STORE_PATH: join(folder, 'data') };
      const server = await start(environment);
      const ended = once(server.process, 'exit');
      const append = (version: number) =>
        server.graphql(appendEvent, {
          input: {
            characterId: 'bard',
            version,
            characterName: 'B',
            characterHitPoints: 1,
            note: 'n'.repeat(2_000),
          },
        });
      let acknowledged = 0;
      let answer = await append(0);
      while (answer.errors === undefined) {
        expect(answer.data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
        acknowledged += 1;
        answer = await append(acknowledged);
      }
      // What is reckoned for an item is many times what it takes, so the disk was looked at again and again.
      expect(acknowledged).toBeGreaterThan(200);
      for (const refused of [answer, await append(acknowledged)]) {
        expect(refused.errors).toMatchObject([
          { extensions: { code: 'STORE_UNAVAILABLE', retryable: true } },
        ]);
      }
      expect((await fetch(new URL('/readyz', server.url))).status).toBe(503);
      expect((await server.graphql(character, { id: 'bard' })).data).toMatchObject({
        character: { version: acknowledged - 1 },
      });
      expect(await ended).toEqual([1, null]);
      await expect.poll(server.log).toMatch(/Expected \d+ bytes free on the disk/);

      const again = await start(environment);
      const { data } = await again.graphql(characterEvents, { id: 'bard', last: 1_000 });
      const { nodes } = (data as { characterEvents: { nodes: readonly { version: number }[] } })
        .characterEvents;
      expect(nodes.map(({ version }) => version)).toEqual(
        Array.from({ length: acknowledged }, (_, version) => version),
      );
      process.stdout.write(`${acknowledged} acknowledged before the disk was full, all there\n`);
      await again.stop('SIGTERM');
    });
  },
);

test.skipIf(!canMount)('a group that may not fit is refused whole, also right after a look', async () => {
  await mountTmpfs('2m', async (folder) => {
    const table = await openEmbeddedEventTable(join(folder, 'data'));
    const [first, ...others] = wizardItems(Array.from({ length: 100 }, () => 1));
    await table.insert([first].filter((item) => item !== undefined));
    await expect(table.insert(others)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await table.query('wizard', { limit: 100 })).toEqual([first]);
    await table.close();
  });
});

test('a commit that fails is of unknown outcome, nothing is acknowledged, and a new start has what was', {
  timeout: 180_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'character-limit-'));
  const environment = { EVENT_STORE_PATH: join(folder, 'data') };
  // No file may grow beyond 1,000 blocks of 512 bytes: writing more fails as on a broken disk.
  const limited = ['sh', '-c', 'trap "" XFSZ; ulimit -f 1000; exec "$@"', 'sh'];
  const server = await start(environment, { through: limited });
  const ended = once(server.process, 'exit');
  const append = (version: number) =>
    server.graphql(appendEvent, {
      input: {
        characterId: 'bard',
        version,
        characterName: 'B',
        characterHitPoints: 1,
        note: 'n'.repeat(2_000),
        idempotencyKey: `${version}`,
      },
    });
  let acknowledged = 0;
  let answer = await append(0);
  for (; answer.errors === undefined; answer = await append(acknowledged)) acknowledged += 1;
  expect(answer.errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN', retryable: true } }]);
  expect((await append(acknowledged)).errors).toMatchObject([{ extensions: { code: 'STORE_UNAVAILABLE' } }]);
  expect((await fetch(new URL('/readyz', server.url))).status).toBe(503);
  // LMDB may have written beyond the end of a buffer, which the C library notices at the exit.
  expect([
    [1, null],
    [null, 'SIGABRT'],
    [null, 'SIGSEGV'],
  ]).toContainEqual(await ended);

  const again = await start(environment);
  const { data } = await again.graphql(character, { id: 'bard' });
  expect(data).toMatchObject({ character: { version: acknowledged - 1, hitPoints: acknowledged } });
  await again.stop('SIGTERM');
  rmSync(folder, { recursive: true });
});

/** What the work comes to with a small disk mounted on a folder; `undefined` where none can be mounted. */
function mountTmpfs<Result>(size: string, work: (folder: string) => Result): Result | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'character-disk-'));
  const unmount = () => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  };
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const result = work(folder);
  if (result instanceof Promise) return result.finally(unmount) as Result;
  unmount();
  return result;
}
