import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedEventTable } from '../../../src/store/embedded/event-table.ts';
import {
  type EndedProcess,
  runCommand,
  runServerToItsEnd,
  type ServerProcess,
  startServer,
} from '../../engines/server-process.ts';
import { appendEvent } from '../../graphql/documents.ts';
import { wizardItems } from '../../party.ts';

let folder: string;
let environment: Readonly<Record<string, string>>;
const running: ServerProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'character-folder-'));
  environment = { EVENT_STORE_PATH: folder };
});
afterEach(async () => {
  await Promise.all(
    running.splice(0).map((server) => server.process.exitCode === null && server.stop('SIGKILL')),
  );
  await rm(folder, { recursive: true, force: true });
});

async function start(through: readonly string[] = []): Promise<ServerProcess> {
  const server = await startServer(environment, { through });
  running.push(server);
  return server;
}

/** What a server and a command, each started anew, say when they refuse. */
async function refusals(through: readonly string[] = []): Promise<readonly string[]> {
  const ended = await Promise.all([
    runServerToItsEnd(environment, { through }),
    runCommand(['verify'], environment, { through }),
  ]);
  return ended.map(refusal);
}

function refusal({ code, stdout, stderr }: EndedProcess): string {
  expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }, stderr).toEqual({
    code: 1,
    stdout: '',
    lines: 1,
  });
  return stderr;
}

/** A PID namespace of its own, in which the process has the id 1, as in a container. */
const alone = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const canUnshare = spawnSync(alone[0] ?? '', [...alone.slice(1), 'true']).status === 0;
if (!canUnshare) process.stderr.write('Tests of PID namespaces are skipped: none can be made here.\n');

describe.skipIf(!canUnshare)('a folder that a process with the same id has open', { timeout: 60_000 }, () => {
  const append = { input: { characterId: 'bard', characterName: 'B', characterHitPoints: 1 } };

  test('is refused at once, and the first goes on', async () => {
    const began = performance.now();
    const first = await start(alone);
    const startMs = performance.now() - began;
    for (const said of await refusals(alone)) {
      expect(said).toContain(`The folder ${folder} of the embedded store is open in a process of another`);
      expect(said).toContain('the id 1');
    }
    // Two processes are started at once, and wait for nothing.
    expect(performance.now() - began).toBeLessThan(8 * startMs);
    expect((await first.graphql(appendEvent, append)).data).toMatchObject({
      appendEvent: { __typename: 'AppendEventSuccess' },
    });
    // A process with another id may come.
    const { code } = await runCommand(['verify'], environment);
    expect(code).toBe(0);
  });

  test('is open to the next one, however the first ended, also while another has it open', async () => {
    const other = await start();
    for (let round = 0; round < 2; round += 1) {
      const first = await start(alone);
      await first.graphql(appendEvent, append);
      await first.stop('SIGKILL');
    }
    const { code } = await runCommand(['verify'], environment, { through: alone });
    expect(code).toBe(0);
    expect((await other.graphql(appendEvent, append)).data).toMatchObject({
      appendEvent: { event: { version: 2 } },
    });
  });
});

test('a folder with as many readers as it takes is refused', async () => {
  const reads = `
    import { open } from ${JSON.stringify(import.meta.resolve('lmdb'))};
    const root = open({ path: ${JSON.stringify(folder)}, noSubdir: false, maxReaders: 1 });
    root.useReadTransaction();
    process.stdout.write('open');
    setInterval(() => {}, 1_000);`;
  const reader = spawn(process.execPath, ['--input-type=module', '-e', reads]);
  await once(reader.stdout, 'data');
  for (const said of await refusals()) expect(said).toContain('has no place for one more reader');
  reader.kill('SIGKILL');
  await once(reader, 'exit');
});

describe('a data file', () => {
  const dataFile = () => join(folder, 'data.mdb');

  async function store(events: number): Promise<void> {
    const table = await openEmbeddedEventTable(folder);
    await table.insert(wizardItems(Array.from({ length: events }, () => 1)));
    await table.close();
  }

  test.each([
    ['that is empty', () => truncate(dataFile(), 0), 'got 0 bytes'],
    ['that is cut off within its first page', () => truncate(dataFile(), 100), 'got 100 bytes'],
    ['that is cut off within its second page', () => truncate(dataFile(), 4_200), 'got 4200 bytes'],
    ['that is cut off by half', () => truncate(dataFile(), 20_480), 'got 20480'],
    ['that is cut off by one page', cutByOnePage, 'bytes, got '],
    ['of another program', () => writeFile(dataFile(), 'garbage '.repeat(8_192)), 'got another'],
    ['of zeros', () => writeFile(dataFile(), Buffer.alloc(65_536)), 'got another'],
    ['whose second page is of another program', () => overwrite(4_096, Buffer.alloc(4_096)), 'got another'],
    ['of another version of LMDB', () => overwrite(28, Buffer.from([1])), "expected version 2 of LMDB's"],
    ['that is a directory', replaceByDirectory, 'no file'],
  ])('%s is named in a sentence, by the server and by commands', async (_, damage, what) => {
    await store(100);
    await damage();
    for (const said of await refusals()) {
      expect(said).toContain(`The file ${dataFile()} cannot be used: expected`);
      expect(said).toContain(what);
    }
  });

  test('is opened again after any history of writes', { timeout: 60_000 }, async () => {
    for (let round = 0; round < 30; round += 1) {
      const table = await openEmbeddedEventTable(folder);
      const items = wizardItems(Array.from({ length: 50 + round }, () => 1)).map((item) => ({
        ...item,
        Id: `wizard-${round}`,
        Note: 'n'.repeat((round * 397) % 9_000),
      }));
      await table.insert(items.slice(0, 50));
      await Promise.all(items.slice(50).map((item) => table.insert([item])));
      const repair = {
        key: { Id: `wizard-${round}`, Version: 3 },
        snapshot: { Schema: 1, Name: 'x'.repeat(round * 500) },
      };
      await table.repairSnapshots([repair, { ...repair, snapshot: { Schema: 1 } }, repair]);
      await table.close();
    }
  });

  async function cutByOnePage(): Promise<void> {
    const { length } = await readFile(dataFile());
    await truncate(dataFile(), length - 4_096);
  }

  async function overwrite(position: number, bytes: Buffer): Promise<void> {
    const file = await open(dataFile(), 'r+');
    await file.write(bytes, 0, bytes.length, position);
    await file.close();
  }

  async function replaceByDirectory(): Promise<void> {
    await rm(dataFile());
    await mkdir(dataFile());
  }
});
