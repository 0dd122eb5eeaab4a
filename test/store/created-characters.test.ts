import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCreatedCharacters } from '../../src/store/created-characters.ts';
import { embedded } from '../engines/engines.ts';
import { goItem } from '../party.ts';

const listed = (Id: string) => ({
  ...goItem(Id, 0, 1),
  Directory: 'CHARACTERS',
  ListedAt: '2026-11-23T12:00:00.000Z',
});

test('who is slow to take newcomers gets the last 10,000, and each once', async () => {
  const { close, newcomers, ids, first } = await waitForNewcomers();
  await sleep(50);
  newcomers.saw([listed('first')]);
  expect(await first).toMatchObject({ value: 'first' });
  newcomers.saw(Array.from({ length: 12_000 }, (_, nth) => listed(`hero ${nth}`)));
  newcomers.saw([listed('hero 11999'), listed('last')]);
  const taken: string[] = [];
  for await (const id of ids) {
    taken.push(id);
    if (id === 'last') break;
  }
  expect(taken).toEqual([...Array.from({ length: 9_999 }, (_, nth) => `hero ${nth + 2_001}`), 'last']);
  await close();
});

test('a newcomer of this process hides none of those that others created before it', async () => {
  const { table, close, newcomers, ids, first } = await waitForNewcomers();
  await newcomers.look();
  const created = [...Array.from({ length: 30 }, (_, nth) => `hero ${nth}`), 'ours'];
  for (const [nth, id] of created.entries()) {
    await table.insert([{ ...listed(id), ListedAt: new Date(nth).toISOString() }]);
  }
  newcomers.saw([listed('ours')]);
  await newcomers.look();
  const taken = [(await first).value];
  while (taken.length < created.length) taken.push((await ids.next()).value);
  expect(taken).toEqual(['ours', ...created.slice(0, 30)]);
  await close();
});

/** Somebody waits for newcomers, without end. Nobody looks by itself. */
async function waitForNewcomers() {
  const { table, close } = await embedded.open();
  const newcomers = createCreatedCharacters(table, { join: () => () => {} });
  const ids = newcomers.ids(new AbortController().signal);
  return { table, close, newcomers, ids, first: ids.next() };
}
