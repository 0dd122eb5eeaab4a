import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toLine } from '../../src/store/maintenance/json-lines.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { peakMegabytes } from '../engines/memory.ts';
import { runCommand, startCommand } from '../engines/server-process.ts';
import { goItem, wizardItems } from '../party.ts';

describe.each(engines)('export and import on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let folder: string;
  beforeEach(async () => {
    engine = await open();
    folder = await mkdtemp(join(tmpdir(), 'character-events-'));
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  const run = (...args: readonly string[]) => runCommand(args, engine.environment);
  const inFolder = (name: string) => join(folder, name);

  test('of 100,000 events of 1,000 characters give the same bytes, in flat memory, also killed half-way', {
    timeout: 300_000,
  }, async () => {
    const file = inFolder('events.jsonl');
    const ids = Array.from({ length: 1_000 }, (_, nth) => `hero ${String(nth).padStart(3, '0')}`);
    const history = wizardItems(Array.from({ length: 100 }, (_, nth) => (nth % 7) - 3));
    const lines = ids.flatMap((Id) => history.map((item) => toLine({ ...item, Id })));
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));

    const killed = startCommand(['import', file], engine.environment);
    while ((await engine.table.query('hero 500', { limit: 1 })).length === 0) await sleep(5);
    killed.kill('SIGKILL');
    await once(killed, 'exit');

    const again = startCommand(['import', '--json', file], engine.environment);
    const answer = text(again.stdout ?? Readable.from([]));
    const importPeak = await peakMegabytes(again);
    const { inserted, thereBefore } = JSON.parse(await answer);
    expect(inserted + thereBefore).toBe(100_000);
    expect(thereBefore).toBeGreaterThanOrEqual(50_000);
    expect(thereBefore).toBeLessThan(100_000);

    const exported = startCommand(['export', inFolder('again.jsonl')], engine.environment);
    const exportPeak = await peakMegabytes(exported);
    expect(await areEqual(file, inFolder('again.jsonl'))).toBe(true);
    process.stdout.write(`RssAnon at most: import ${importPeak} MB, export ${exportPeak} MB\n`);
    expect(Math.max(importPeak, exportPeak)).toBeLessThan(200);
  });

  test('move a table, with its directory and what other programs have put into it', async () => {
    const lines = [goItem('gopher', 0, 8), ...wizardItems([8, -2])].map((item) => `${toLine(item)}\n`);
    await writeFile(inFolder('events.jsonl'), lines.join(''));
    expect(await run('import', inFolder('events.jsonl'))).toEqual({
      code: 0,
      stdout: '3 events imported, 0 were there before.\n',
      stderr: '',
    });
    expect(await run('export', '--json', inFolder('copy.jsonl'))).toEqual({
      code: 0,
      stdout: '{"events":3}\n',
      stderr: '',
    });
    expect(await run('export')).toEqual({ code: 0, stdout: lines.join(''), stderr: '3 events exported.\n' });
    expect(await readFile(inFolder('copy.jsonl'), 'utf8')).toBe(lines.join(''));
    expect(await readdir(folder)).toEqual(['copy.jsonl', 'events.jsonl']);
    const store = eventStoreOver(engine.table);
    expect(await store.characters(['gopher', 'wizard'])).toMatchObject([{ hitPoints: 8 }, { hitPoints: 6 }]);
    expect((await store.directory({ first: 10 })).entries).toMatchObject([{ characterId: 'wizard' }]);
  });

  test('end with code 1 where another event is in the way, and name its key', async () => {
    await engine.table.insert([goItem('wizard', 1, 99)]);
    await writeFile(inFolder('events.jsonl'), wizardItems([8, -2]).map(toLine).join('\n'));
    expect(await run('import', inFolder('events.jsonl'))).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Another event holds the key {"Id":"wizard","Version":1}; it and what follows it was not imported.\n',
    });
  });

  test('end with code 1 and one sentence where a file is not what was expected', async () => {
    await writeFile(inFolder('text'), 'Dear diary,\n');
    expect(await run('import', inFolder('text'))).toMatchObject({
      code: 1,
      stderr: 'Line 1: expected a line of JSON, got Dear diary,; it and what follows it was not imported.\n',
    });
    expect(await run('import', inFolder('nowhere'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ENOENT: no such file or directory, open '.*nowhere'\n$/),
    });
    expect(await run('export', join(folder, 'no', 'folder'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ENOENT: [^\n]*\n$/),
    });
  });
});

async function areEqual(file: string, other: string): Promise<boolean> {
  const [bytes, otherBytes] = await Promise.all([readFile(file), readFile(other)]);
  return bytes.equals(otherBytes);
}
