import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEmbeddedEventTable } from '../../src/store/embedded/event-table.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent } from '../graphql/documents.ts';
import { wizardItems } from '../party.ts';

/** Each takes the files of a running server away; `backup` is an older copy of them. */
const replacements: readonly (readonly [string, (data: string, backup: string) => void])[] = [
  ['the folder is removed', (data) => rmSync(data, { recursive: true })],
  ['the folder is removed and made anew', (data) => mkdirSync(removed(data))],
  ['the folder is moved', (data) => renameSync(data, `${data}-moved`)],
  [
    'a backup takes the place of the folder',
    (data, backup) => cpSync(backup, removed(data), { recursive: true }),
  ],
  ['a backup takes the place of the file', (data, backup) => renameSync(fileOf(backup), fileOf(data))],
  ['a backup is copied over the file', (data, backup) => cpSync(fileOf(backup), fileOf(data))],
  ['the file is cut off', (data) => truncateSync(fileOf(data), 8_192)],
  ['the lock file is removed', (data) => rmSync(join(data, 'lock.mdb'))],
];

function removed(data: string): string {
  rmSync(data, { recursive: true });
  return data;
}

function fileOf(folder: string): string {
  return join(folder, 'data.mdb');
}

/** A server that has stored some events, and an older copy of its folder. */
async function serverWithBackup() {
  const parent = mkdtempSync(join(tmpdir(), 'character-replaced-'));
  const [data, backup] = [join(parent, 'data'), join(parent, 'backup')];
  const table = await openEmbeddedEventTable(data);
  await table.insert(wizardItems([8]));
  await table.close();
  cpSync(data, backup, { recursive: true });
  const server = await startServer({ EVENT_STORE_PATH: data });
  for (let version = 1; version < 20; version += 1) {
    expect(await append(server)).toMatchObject({ data: { appendEvent: { event: { version } } } });
  }
  return { parent, data, backup, server, ended: once(server.process, 'exit') };
}

function append(server: ServerProcess) {
  const note = 'n'.repeat(2_000);
  return server.graphql(appendEvent, { input: { characterId: 'wizard', characterHitPoints: 1, note } });
}

describe.concurrent.each(replacements)('where %s under a server', (_, replace) => {
  test('nothing more is acknowledged, it is not ready, says so once and ends', {
    timeout: 60_000,
  }, async () => {
    const { parent, data, backup, server, ended } = await serverWithBackup();
    let isReplaced = false;
    const late: unknown[] = [];
    const press = async () => {
      for (;;) {
        const wasReplaced = isReplaced;
        const answer = await append(server).catch(() => undefined);
        if (answer === undefined) return;
        if (wasReplaced) late.push(answer.errors?.[0]?.extensions['code'] ?? answer.data);
      }
    };
    const presses = Array.from({ length: 8 }, press);
    await append(server);
    replace(data, backup);
    isReplaced = true;
    await append(server).catch(() => undefined);
    const ready = await fetch(new URL('/readyz', server.url)).catch(() => undefined);
    // A page that is cut off may end the process at once, by a signal.
    expect([503, undefined]).toContain(ready?.status);
    const [code, signal] = await ended;
    expect(code === 1 || signal === 'SIGBUS').toBe(true);
    await Promise.all(presses);
    expect(new Set(late)).toEqual(
      new Set(late.filter((code) => code === 'STORE_UNAVAILABLE' || code === 'OUTCOME_UNKNOWN')),
    );
    expect(server.log().split('The embedded store cannot write any more').length).toBe(signal ? 1 : 2);
    await rm(parent, { recursive: true });
  });

  test('a server that nobody asks ends too', { timeout: 60_000 }, async () => {
    const { parent, data, backup, server, ended } = await serverWithBackup();
    replace(data, backup);
    expect(await ended).toEqual([1, null]);
    expect(server.log()).toMatch(/Expected (the files of|transaction)/);
    await rm(parent, { recursive: true });
  });
});
