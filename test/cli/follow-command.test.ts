import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedEventTable } from '../../src/store/embedded/event-table.ts';
import { fromLine } from '../../src/store/maintenance/json-lines.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { runCommand, startCommand } from '../engines/server-process.ts';
import { wizardItems } from '../party.ts';
import { expectWhole, kill, startFollowing, versionsIn } from './following-process.ts';

describe.each(engines)('character-events follow on $name', { timeout: 120_000 }, ({ open }) => {
  let engine: EngineUnderTest;
  let folder: string;
  let file: string;
  beforeEach(async () => {
    engine = await open();
    folder = await mkdtemp(join(tmpdir(), 'character-events-'));
    file = join(folder, 'events.jsonl');
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  const append = (characterId: string, note = '') =>
    eventStoreOver(engine.table).append({ characterId, characterName: 'X', characterHitPoints: 1, note });
  const sizeOf = async () => (await stat(file).catch(() => ({ size: 0 }))).size;

  test('keeps every event once in its file, whenever it is killed, and also after half a line', async () => {
    let stored = 0;
    let isOver = false;
    const writing = (async () => {
      for (; !isOver; stored += 1) {
        await append(`hero ${stored % 7 === 0 ? stored : stored % 3}`);
        await sleep(5);
      }
    })();
    for (let killed = 0; killed < 3; killed += 1) {
      const before = await sizeOf();
      const following = startFollowing(file, engine.environment);
      await expect.poll(sizeOf, { timeout: 30_000 }).toBeGreaterThan(before);
      await sleep(killed * 40);
      await kill(following);
      await appendFile(file, '{"Id":"hero 1","Version":99');
    }
    isOver = true;
    await writing;
    const last = startFollowing(file, engine.environment);
    const lines = async () => Array.from((await versionsIn(file)).values()).flat().length;
    await expect.poll(lines, { timeout: 30_000 }).toBe(stored);
    last.kill('SIGTERM');
    expect(await once(last, 'exit')).toEqual([0, null]);
    expectWhole(await versionsIn(file));
    expect(await runCommand(['import', file], engine.environment)).toMatchObject({
      code: 0,
      stdout: `0 events imported, ${stored} there before.\n`,
    });
  });

  test.each([
    ['knows what a last line without an end says', '{"Id":"a","Version":0}\n{"Id":"b","Version":0}', ['a 1']],
    ['passes over half a last line', '{"Id":"a","Version":0}\n{"Id":"b","Version":0', ['a 1', 'b 0']],
  ])('%s, in a file that its lines do not go to', async (_, known, expected) => {
    for (const id of ['a', 'a', 'b']) await append(id);
    await writeFile(file, known);
    const following = startCommand(['follow', '--after', file], engine.environment);
    let written = '';
    following.stdout?.on('data', (piece) => {
      written += piece;
    });
    await expect.poll(() => written, { timeout: 30_000 }).toMatch(/"Id":"a","Version":1/);
    // Comes with the second look, when the first one is done.
    await append('a');
    await expect.poll(() => written).toMatch(/"Id":"a","Version":2/);
    following.kill('SIGTERM');
    await once(following, 'close');
    const lines = written.split('\n').slice(0, -1);
    const items = lines.map((line) => JSON.parse(line)).filter(({ Version }) => Version < 2);
    expect(items.map(({ Id, Version }) => `${Id} ${Version}`).toSorted()).toEqual(expected);
    expect(await readFile(file, 'utf8')).toBe(known);
  });

  test('gives what comes after what is known, and says at its end how much', async () => {
    for (const id of ['a', 'a', 'b', 'a']) await append(id);
    const known = '{"Id":"a","Version":1}\n\n{"Id":"a","Version":0}\n';
    await writeFile(file, known);
    const following = startCommand(['follow', '--after', file, '--json'], engine.environment);
    let [written, told] = ['', ''];
    following.stdout?.on('data', (piece) => {
      written += piece;
    });
    following.stderr?.on('data', (piece) => {
      told += piece;
    });
    const lines = () => written.split('\n').slice(0, -1);
    await expect.poll(() => lines().length, { timeout: 30_000 }).toBe(2);
    await append('new');
    await expect.poll(() => lines().length).toBe(3);
    following.kill('SIGINT');
    expect(await once(following, 'close')).toEqual([0, null]);
    expect(JSON.parse(told)).toEqual({ events: 3 });
    const items = lines().map((line) => fromLine(Buffer.from(line)));
    const keys = items.map((each) => each.type === 'item' && `${each.item.Id} ${each.item.Version}`);
    expect(keys.toSorted()).toEqual(['a 2', 'b 0', 'new 0']);
    expect(await readFile(file, 'utf8')).toBe(known);
  });

  test('ends when nobody reads its lines any more', async () => {
    await append('a');
    const following = startCommand(['follow'], engine.environment);
    const ended = once(following, 'exit');
    await once(following.stdout ?? following, 'data');
    following.stdout?.destroy();
    for (let nth = 0; nth < 20 && following.exitCode === null; nth += 1) {
      await append('a');
      await sleep(200);
    }
    expect(await ended).toEqual([0, null]);
  });

  test('ends with code 1 where the disk takes only a part of a page, which the next start writes anew', async () => {
    await append('a', 'Long. '.repeat(300));
    await writeFile(file, '');
    const environment = { ...engine.environment, FILE: file };
    const full = { through: ['sh', '-c', 'ulimit -f 1; exec "$0" "$@" >> "$FILE"'] };
    expect(await runCommand(['follow', '--after', file], environment, full)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^EFBIG: file too large/),
    });
    const last = startFollowing(file, engine.environment);
    await expect.poll(async () => (await versionsIn(file)).get('a'), { timeout: 30_000 }).toEqual([0]);
    await kill(last);
  });

  test.each(['-5', '1.5', '1e300', '9007199254740993'])(
    'refuses a file with the version %s, after which no event would ever come',
    async (version) => {
      await writeFile(file, `{"Id":"a","Version":${version}}\n`);
      expect(await runCommand(['follow', '--after', file], engine.environment)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/line 1: expected a version of 0, 1, 2, …, got /),
      });
    },
  );

  test('refuses a file that is none of lines, naming the line, and one that is not there', async () => {
    await writeFile(file, '{"Id":"a","Version":1}\n{"id":"a"}\n');
    expect(await runCommand(['follow', '--after', file], engine.environment)).toMatchObject({
      code: 1,
      stderr: `${file}, line 2: expected an item with Id and Version, got {"id":"a"}.\n`,
    });
    expect(await runCommand(['follow', '--after', `${file}s`], engine.environment)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such file'),
    });
  });
});

test('follow ends with code 1 where a backup takes the place of its folder, to be started again', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'character-events-'));
  const [data, backup] = [join(parent, 'data'), join(parent, 'backup')];
  const table = await openEmbeddedEventTable(data);
  await table.insert(wizardItems([8]));
  await table.close();
  await cp(data, backup, { recursive: true });
  const following = startCommand(['follow'], { EVENT_STORE_PATH: data });
  const ended = once(following, 'exit');
  let told = '';
  following.stderr?.on('data', (piece) => {
    told += piece;
  });
  await once(following.stdout ?? following, 'data');
  await rename(data, join(parent, 'before'));
  await rename(backup, data);
  expect(await ended).toEqual([1, null]);
  expect(told).toMatch(/^The embedded store [^\n]* has to be started again\.\n$/);
  await rm(parent, { recursive: true });
});
