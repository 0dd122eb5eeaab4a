import { describe, expect, test } from 'vitest';
import type { Standing } from '../../src/sheet/history.ts';
import { extended, joined, type PartyList, type PartyPage, reloaded } from '../../src/sheet/party-list.ts';

function standing(id: string, version = 0): Standing {
  return { id, name: id, hitPoints: 10 - version, highestHitPoints: 10, version };
}

function page(ids: readonly string[], endCursor: string | null = null): PartyPage {
  return {
    nodes: ids.map((id) => standing(id)),
    pageInfo: { hasNextPage: endCursor !== null, endCursor },
  };
}

function ids(list: PartyList): readonly string[] {
  return list.characters.map(({ id }) => id);
}

const party = reloaded(undefined, page(['dana', 'kira'], 'after kira'));

describe('a character that comes in', () => {
  test('stands in front when it is new', () => {
    expect(ids(joined(party, standing('bo')))).toEqual(['bo', 'dana', 'kira']);
  });

  test('stays in its place and moves to its newer state', () => {
    const list = joined(party, standing('kira', 3));
    expect(ids(list)).toEqual(['dana', 'kira']);
    expect(list.characters[1]).toEqual(standing('kira', 3));
  });

  test('never goes back to an older state', () => {
    const list = joined(party, standing('kira', 3));
    expect(joined(list, standing('kira', 2))).toBe(list);
  });
});

describe('the next page', () => {
  test('goes behind, without those that are there already', () => {
    const list = extended(party, page(['kira', 'lou']));
    expect(ids(list)).toEqual(['dana', 'kira', 'lou']);
    expect(list).toMatchObject({ hasMore: false, endCursor: null });
  });
});

describe('the first page, loaded again', () => {
  test('puts new ones in front in their order and keeps the later pages', () => {
    const longer = extended(party, page(['lou'], 'after lou'));
    const list = reloaded(longer, page(['cy', 'bo', 'dana', 'kira'], 'after kira'));
    expect(ids(list)).toEqual(['cy', 'bo', 'dana', 'kira', 'lou']);
    expect(list.endCursor).toBe('after lou');
  });

  test('replaces the list when it does not join on to it', () => {
    expect(ids(reloaded(party, page(['x', 'y'], 'after y')))).toEqual(['x', 'y']);
  });
});
