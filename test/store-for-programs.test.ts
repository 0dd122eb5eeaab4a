import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as store from '../src/store-for-programs.ts';

test('a program gets the store, its tables, and what tells their failures', () => {
  expect(Object.keys(store).toSorted()).toEqual([
    'StoreFault',
    'UnusableStoreError',
    'createEventStore',
    'isFailedCommit',
    'openTable',
  ]);
});

test('a store needs nothing but a table', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'character-store-'));
  const { table, where } = await store.openTable({ type: 'embedded', path: folder });
  expect(where).toContain(folder);
  const { append, character } = store.createEventStore({ table });
  const begun = Date.now();
  const outcome = await append({ characterId: 'a', characterName: 'A', characterHitPoints: 8 });
  expect(outcome).toMatchObject({ type: 'appended', event: { version: 0 }, state: { hitPoints: 8 } });
  const { createdAt } = (await character('a')) ?? {};
  expect(Date.parse(createdAt ?? '')).toBeGreaterThanOrEqual(begun);
  await table.close();
  await rm(folder, { recursive: true });
});
