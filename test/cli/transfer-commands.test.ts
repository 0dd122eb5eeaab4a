import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toLine } from '../../src/store/maintenance/json-lines.ts';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { runCommand } from '../engines/server-process.ts';
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

  test('move a table, with its directory and what other programs have put into it', async () => {
    const lines = [goItem('gopher', 0, 8), ...wizardItems([8, -2])].map((item) => `${toLine(item)}\n`);
    await writeFile(inFolder('events.jsonl'), lines.join(''));
    expect(await run('import', inFolder('events.jsonl'))).toEqual({
      code: 0,
      stdout: '3 events imported, 0 there before.\n',
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

  test('end with code 1 where the disk has no room for the end of the last line', async () => {
    await engine.table.insert([{ ...goItem('gopher', 0, 8), Note: 'Long. '.repeat(300) }]);
    const environment = { ...engine.environment, FILE: inFolder('events.jsonl') };
    const full = { through: ['sh', '-c', 'ulimit -f 1; exec "$0" "$@" > "$FILE"'] };
    expect(await runCommand(['export'], environment, full)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^EFBIG: file too large[^\n]*\n$/),
    });
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

  test('take no line of other bytes than UTF-8, and keep what came before it', async () => {
    const [first, second] = ['zo\u2028ë', 'zoë'].map((Id) => `${toLine({ ...goItem('', 0, 8), Id })}\n`);
    const latin1 = Buffer.from(second ?? '', 'latin1');
    await writeFile(inFolder('events.jsonl'), Buffer.concat([Buffer.from(`\uFEFF${first}\n`), latin1]));
    expect(await run('import', inFolder('events.jsonl'))).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^Line 3: expected a line of UTF-8, got {"Id":"zo\ufffd".*; it and what follows it was not imported\.\n$/,
      ),
    });
    expect((await run('export')).stdout).toBe(first);
    await writeFile(inFolder('utf-16.jsonl'), Buffer.from(`\uFEFF${first}`, 'utf16le'));
    expect(await run('import', inFolder('utf-16.jsonl'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Line 1: expected a line of UTF-8/),
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
