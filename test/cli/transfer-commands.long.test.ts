import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toLine } from '../../src/store/maintenance/json-lines.ts';
import { type EngineUnderTest, embedded, engines } from '../engines/engines.ts';
import { peakMegabytes } from '../engines/memory.ts';
import { startCommand } from '../engines/server-process.ts';
import { wizardItems } from '../party.ts';
import { sized } from '../size.ts';

describe.each(engines)('export and import on $name', ({ name, open }) => {
  // A DynamoDB engine in memory takes 5 minutes for 1,000 characters.
  const characters = name === embedded.name ? sized(50, 1_000) : sized(50, 200, 1_000);
  const events = characters * 100;
  /** Which character is stored when the import is killed. */
  const killedAt = characters / 10;
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

  const inFolder = (name: string) => join(folder, name);

  test(`of ${events} events give the same bytes, in flat memory, also killed on the way`, {
    timeout: 900_000,
  }, async () => {
    const file = inFolder('events.jsonl');
    const ids = Array.from({ length: characters }, (_, nth) => `hero ${String(nth).padStart(3, '0')}`);
    const history = wizardItems(Array.from({ length: 100 }, (_, nth) => (nth % 7) - 3));
    const lines = ids.flatMap((Id) => history.map((item) => toLine({ ...item, Id })));
    const textOf = (some: readonly string[]) => some.map((line) => `${line}\n`).join('');
    await writeFile(file, textOf(lines));

    // It gets half of the lines, so that it cannot come to its end before it is killed.
    const pipe = inFolder('pipe');
    execFileSync('mkfifo', [pipe]);
    const killed = startCommand(['import', pipe], engine.environment);
    const half = createWriteStream(pipe).on('error', () => {});
    half.write(textOf(lines.slice(0, events / 2)));
    while ((await engine.table.query(ids[killedAt] ?? '', { limit: 1 })).length === 0) await sleep(5);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    half.destroy();

    const again = startCommand(['import', '--json', file], engine.environment);
    const answer = text(again.stdout ?? Readable.from([]));
    const importPeak = await peakMegabytes(again);
    const { inserted, thereBefore } = JSON.parse(await answer);
    expect(inserted + thereBefore).toBe(events);
    expect(thereBefore).toBeGreaterThanOrEqual(killedAt * 100);
    expect(thereBefore).toBeLessThan(events);

    const exported = startCommand(['export', inFolder('again.jsonl')], engine.environment);
    const exportPeak = await peakMegabytes(exported);
    expect(await areEqual(file, inFolder('again.jsonl'))).toBe(true);
    process.stdout.write(`RssAnon at most: import ${importPeak} MB, export ${exportPeak} MB\n`);
    expect(Math.max(importPeak, exportPeak)).toBeLessThan(200);
  });
});

async function areEqual(file: string, other: string): Promise<boolean> {
  const [bytes, otherBytes] = await Promise.all([readFile(file), readFile(other)]);
  return bytes.equals(otherBytes);
}
