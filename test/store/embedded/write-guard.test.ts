import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openEmbeddedEventTable } from '../../../src/store/embedded/event-table.ts';
import type { StoreFault } from '../../../src/store/errors.ts';
import { goItem } from '../../party.ts';

/** A table with two events, an older copy of its folder, and the faults that it reports. */
async function tableWithBackup() {
  const parent = mkdtempSync(join(tmpdir(), 'character-replaced-'));
  const [data, backup] = [join(parent, 'data'), join(parent, 'backup')];
  const faults: StoreFault[] = [];
  const table = await openEmbeddedEventTable(data, (fault) => faults.push(fault));
  await table.insert([goItem('gopher', 0, 8)]);
  cpSync(data, backup, { recursive: true });
  await table.insert([goItem('gopher', 1, 1)]);
  const close = async () => {
    await table.close();
    await rm(parent, { recursive: true });
  };
  return { table, data, backup, faults, close };
}

test.each<[string, (data: string, backup: string) => void]>([
  ['its folder is removed', (data) => rmSync(data, { recursive: true })],
  [
    'its folder is made anew',
    (data) => {
      rmSync(data, { recursive: true });
      mkdirSync(data);
    },
  ],
  ['its folder is moved', (data) => renameSync(data, `${data}-moved`)],
  [
    'another file takes the place of its file',
    (data, backup) => renameSync(`${backup}/data.mdb`, `${data}/data.mdb`),
  ],
  [
    'an older copy is written over its file',
    (data, backup) => cpSync(`${backup}/data.mdb`, `${data}/data.mdb`),
  ],
  ['its lock file is removed', (data) => rmSync(join(data, 'lock.mdb'))],
])('a table stores and reads nothing more once %s', async (_, replace) => {
  const { table, data, backup, faults, close } = await tableWithBackup();
  replace(data, backup);
  // The last look at the disk is over by then.
  await sleep(20);
  const gone = { code: 'STORE_UNAVAILABLE', retryable: true };
  await expect(table.insert([goItem('gopher', 2, 1)])).rejects.toMatchObject(gone);
  await expect(table.ping()).rejects.toMatchObject(gone);
  await expect(table.query('gopher', { limit: 1 })).rejects.toMatchObject(gone);
  expect(faults.length).toBe(1);
  await close();
});

test('an insert that is under way when the file is removed is of unknown outcome', async () => {
  const { table, data, faults, close } = await tableWithBackup();
  const underWay = table.insert([goItem('gopher', 2, 1)]);
  rmSync(data, { recursive: true });
  await expect(underWay).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  await expect(table.insert([goItem('gopher', 3, 1)])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(faults.length).toBe(1);
  await close();
});

test('a table goes on while its files are copied', async () => {
  const { table, data, backup, faults, close } = await tableWithBackup();
  for (let version = 2; version < 200; version += 1) {
    if (version % 20 === 0) cpSync(data, `${backup}-${version}`, { recursive: true });
    expect(await table.insert([goItem('gopher', version, 1)])).toEqual({ type: 'inserted' });
  }
  await sleep(20);
  await table.ping();
  expect(faults).toEqual([]);
  await close();
});
