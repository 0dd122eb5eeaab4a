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

test('a slow subscriber gets the last 10,000 created characters, each once', async () => {
  const { close, created, ids, first } = await subscribed();
  await sleep(50);
  created.publish([listed('first')]);
  expect(await first).toMatchObject({ value: 'first' });
  created.publish(Array.from({ length: 12_000 }, (_, nth) => listed(`hero ${nth}`)));
  created.publish([listed('hero 11999'), listed('last')]);
  const taken: string[] = [];
  for await (const id of ids) {
    taken.push(id);
    if (id === 'last') break;
  }
  expect(taken).toEqual([...Array.from({ length: 9_999 }, (_, nth) => `hero ${nth + 2_001}`), 'last']);
  await close();
});

test('a character that this process created hides none of those that others created before it', async () => {
  const { table, close, created, ids, first } = await subscribed();
  await created.poll();
  const heroes = [...Array.from({ length: 30 }, (_, nth) => `hero ${nth}`), 'ours'];
  for (const [nth, id] of heroes.entries()) {
    await table.insert([{ ...listed(id), ListedAt: new Date(nth).toISOString() }]);
  }
  created.publish([listed('ours')]);
  await created.poll();
  const taken = [(await first).value];
  while (taken.length < heroes.length) taken.push((await ids.next()).value);
  expect(taken).toEqual(['ours', ...heroes.slice(0, 30)]);
  await close();
});

/** A subscription to created characters, with polls by hand only. */
async function subscribed() {
  const { table, close } = await embedded.open();
  const created = createCreatedCharacters(table, { start: () => () => {} });
  const ids = created.subscribe(new AbortController().signal);
  return { table, close, created, ids, first: ids.next() };
}
