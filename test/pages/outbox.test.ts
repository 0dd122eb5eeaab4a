import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedEventTable } from '../../src/store/embedded/event-table.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { runCommand } from '../engines/server-process.ts';
import { exampleWith } from './pages.ts';
import { openShell, type Shell } from './shell.ts';

const page = 'src/cli/README.md';

let shell: Shell;
beforeEach(async () => {
  shell = await openShell();
});
afterEach(() => shell.close());

/** Events of Astrid from version 0 on, in the store that the lines of the page use. */
async function append(count: number): Promise<void> {
  const table = await openEmbeddedEventTable(join(shell.folder, 'data'));
  const store = eventStoreOver(table);
  for (let nth = 0; nth < count; nth += 1) {
    await store.append({ characterId: 'astrid', characterName: 'Astrid', characterHitPoints: 1 });
  }
  await table.close();
}

const versionsIn = async (file: string) =>
  (await readFile(join(shell.folder, file), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).Version);

test('lines go on in the file that they are in: each event is there once', async () => {
  const lines = exampleWith(page, 'sh', 'follow --after events.jsonl');
  await append(2);
  await shell.runDuring(lines, () =>
    expect.poll(() => versionsIn('events.jsonl'), { timeout: 30_000 }).toEqual([0, 1]),
  );
  await append(1);
  await shell.runDuring(lines, () =>
    expect.poll(() => versionsIn('events.jsonl'), { timeout: 30_000 }).toEqual([0, 1, 2]),
  );
});

test('a program says what it has dealt with, and gets what comes after', async () => {
  await append(3);
  // What stands for PostgreSQL, and for the program.
  await shell.add('psql', `echo '{"Id":"astrid","Version":1}'`);
  await shell.add('your-program', 'exec cat > got.jsonl');
  await shell.runDuring(exampleWith(page, 'bash', 'psql'), () =>
    expect.poll(() => versionsIn('got.jsonl'), { timeout: 30_000 }).toEqual([2]),
  );
});

test('the pipe of the page names what the template has', async () => {
  const { stdout } = await runCommand(['table', 'template', '--stream']);
  const { Resources, Outputs } = JSON.parse(stdout);
  const [, resource = '', attribute] =
    /Source: !GetAtt (\w+)\.(\w+)/.exec(exampleWith(page, 'yaml', 'Pipes')) ?? [];
  expect(Object.keys(Resources)).toContain(resource);
  expect(Outputs.StreamArn.Value).toEqual({ 'Fn::GetAtt': [resource, attribute] });
});
