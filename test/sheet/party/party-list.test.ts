import { describe, expect, test } from 'vitest';
import type { StandingFragment as Standing } from '../../../src/sheet/generated/operations.ts';
import {
  arranged,
  extended,
  held,
  isFound,
  joined,
  type PartyList,
  type PartyPage,
  present,
  putAway,
  reloaded,
} from '../../../src/sheet/party/party-list.ts';
import { standing } from './standings.ts';

function page(nodes: readonly (string | Standing)[], endCursor: string | null = null): PartyPage {
  return {
    nodes: nodes.map((node) => (typeof node === 'string' ? standing(node) : node)),
    pageInfo: { hasNextPage: endCursor !== null, endCursor },
  };
}

function ids(list: PartyList): readonly string[] {
  return present(list).map(({ id }) => id);
}

function again(list: PartyList, next: PartyPage): PartyList {
  return reloaded(list, next, list);
}

const party = reloaded(undefined, page(['dana', 'kira'], 'after kira'), undefined);

describe('a character that comes in', () => {
  test('stands in front when it is new', () => {
    expect(ids(joined(party, standing('bo')))).toEqual(['bo', 'dana', 'kira']);
  });

  test('stays in its place and moves to its newer state', () => {
    const list = joined(party, standing('kira', { version: 3 }));
    expect(ids(list)).toEqual(['dana', 'kira']);
    expect(list.characters[1]).toEqual(standing('kira', { version: 3 }));
  });

  test('never goes back to an older state', () => {
    const list = joined(party, standing('kira', { version: 3 }));
    expect(joined(list, standing('kira', { version: 2 }))).toBe(list);
  });

  test('goes to those that are put away and comes back to its place', () => {
    const without = joined(party, standing('dana', { version: 1, archived: true }));
    expect(ids(without)).toEqual(['kira']);
    expect(putAway(without).map(({ id }) => id)).toEqual(['dana']);
    expect(ids(joined(without, standing('dana', { version: 2 })))).toEqual(['dana', 'kira']);
  });
});

describe('the next page', () => {
  test('stays behind where the first one was asked for before it came, and is not asked for again', () => {
    const whole = extended(party, page(['lou', 'mo'], 'after mo'), 'here');
    const list = reloaded(whole, page(['dana', 'kira'], 'after kira'), party);
    expect(ids(list)).toEqual(['dana', 'kira', 'lou', 'mo']);
    expect(list.here.endCursor).toBe('after mo');
  });

  test('goes behind, without those that are there already', () => {
    const list = extended(party, page(['kira', 'lou']), 'here');
    expect(ids(list)).toEqual(['dana', 'kira', 'lou']);
    expect(list.here).toEqual({ hasMore: false, endCursor: null });
  });

  test('of those that are put away leaves those that are here alone', () => {
    const list = extended(party, page([standing('old', { archived: true })], 'after old'), 'away');
    expect(ids(list)).toEqual(['dana', 'kira']);
    expect(putAway(list).map(({ id }) => id)).toEqual(['old']);
    expect(list).toMatchObject({ here: party.here, away: { hasMore: true, endCursor: 'after old' } });
  });
});

describe('the first page, loaded again', () => {
  test('puts new ones in front in their order and keeps the later pages', () => {
    const longer = extended(party, page(['lou'], 'after lou'), 'here');
    const list = again(longer, page(['cy', 'bo', 'dana', 'kira'], 'after kira'));
    expect(ids(list)).toEqual(['cy', 'bo', 'dana', 'kira', 'lou']);
    expect(list.here.endCursor).toBe('after lou');
  });

  test('replaces the list when it does not join on to it', () => {
    expect(ids(again(party, page(['x', 'y'], 'after y')))).toEqual(['x', 'y']);
  });

  test('leaves out who was put away meanwhile, and only those above its end', () => {
    const longer = extended(party, page(['lou', 'max']), 'here');
    expect(ids(again(longer, page(['kira', 'lou'], 'after lou')))).toEqual(['kira', 'lou', 'max']);
    expect(ids(again(longer, page(['dana', 'max'])))).toEqual(['dana', 'max']);
    expect(ids(again(longer, page([])))).toEqual([]);
  });

  test('keeps who came in while it was on its way', () => {
    const meanwhile = joined(party, standing('bo'));
    expect(ids(reloaded(meanwhile, page(['dana', 'kira']), party))).toEqual(['bo', 'dana', 'kira']);
  });

  test('does not bring back who was put away while it was on its way', () => {
    const meanwhile = joined(party, standing('dana', { version: 1, archived: true }));
    expect(ids(reloaded(meanwhile, page(['dana', 'kira']), party))).toEqual(['kira']);
  });

  test('brings back those that were put away before', () => {
    const without = joined(party, standing('dana', { version: 1, archived: true }));
    expect(ids(again(without, page([standing('dana', { version: 2 }), 'kira'])))).toEqual(['dana', 'kira']);
  });
});

const fellows = [
  standing('goblin 10', { hitPoints: 5 }),
  standing('Änne', { hitPoints: 0 }),
  standing('goblin 9'),
  standing('Bo', { hitPoints: 90, maximumHitPoints: 100 }),
];
const idsOf = (characters: readonly { readonly id: string }[]) => characters.map(({ id }) => id);

describe('the order of the party', () => {
  test('is that of the server for the newest first', () => {
    expect(idsOf(arranged(fellows, 'newest'))).toEqual(['goblin 10', 'Änne', 'goblin 9', 'Bo']);
  });

  test('by name reads numbers as numbers, and accents as letters', () => {
    expect(idsOf(arranged(fellows, 'name'))).toEqual(['Änne', 'Bo', 'goblin 9', 'goblin 10']);
  });

  test('begins with who lies down, and then goes by the part that is left', () => {
    expect(idsOf(arranged(fellows, 'hurt'))).toEqual(['Änne', 'goblin 10', 'Bo', 'goblin 9']);
  });

  test('that is shown already stays while it is held, with new ones last', () => {
    expect(idsOf(held(['Bo', 'goblin 9', 'gone', 'Änne'], arranged(fellows, 'hurt')))).toEqual([
      'Bo',
      'goblin 9',
      'Änne',
      'goblin 10',
    ]);
  });
});

describe('a search', () => {
  test.each([
    ['Änne Öz', 'anne', true],
    ['Goblin 12', 'gob 1', true],
    ['Goblin 12', 'gob 3', false],
    ['Goblin', '  ', true],
    ['Istanbul', 'İSTANBUL', true],
  ])('finds %j by %j: %s', (name, search, found) => {
    expect(isFound(name, search)).toBe(found);
  });
});
