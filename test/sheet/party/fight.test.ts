import { describe, expect, test } from 'vitest';
import {
  type Deed,
  fightEntry,
  othersAlike,
  type Target,
  targetsOf,
} from '../../../src/sheet/party/fight.ts';
import { standing } from './standings.ts';

const target = (id: string, half = false, saying = {}): Target => ({
  standing: standing(id, saying),
  name: `${id} as shown`,
  half,
});
const changes = (targets: readonly Target[], typed: string, deed: Deed, note = '') => {
  const entry = fightEntry(targets, typed, deed, note);
  return entry.type === 'append' ? entry.events.map(({ change }) => change) : entry.advice;
};

describe('what is done to those that were chosen', () => {
  test('is one command with an event for each, under the names that are shown', () => {
    const targets = [target('goblin', false, { version: 4 }), target('dana')];
    expect(fightEntry(targets, '24', 'damage', ' Fireball ')).toEqual({
      type: 'append',
      events: [
        {
          characterId: 'goblin',
          name: 'goblin as shown',
          seenVersion: 4,
          change: { characterHitPoints: -24, note: 'Fireball' },
        },
        {
          characterId: 'dana',
          name: 'dana as shown',
          seenVersion: 0,
          change: { characterHitPoints: -24, note: 'Fireball' },
        },
      ],
    });
  });

  test.each([
    ['24', -12],
    ['25', -12],
    ['1', 0],
    ['3+4', -3],
  ])('of %s damage is %i for who saved', (typed, hitPoints) => {
    const [saved, other] = [target('dana', true), target('bo')];
    expect(changes([saved, other], typed, 'damage')).toEqual([
      { characterHitPoints: hitPoints },
      { characterHitPoints: typed === '3+4' ? -7 : -Number(typed) },
    ]);
  });

  test('is not halved when it heals, gives experience, or says a total', () => {
    const saved = [target('dana', true)];
    expect(changes(saved, '8', 'heal')).toEqual([{ characterHitPoints: 8 }]);
    expect(changes(saved, '8', 'temporary')).toEqual([{ temporaryHitPoints: 8 }]);
    expect(changes(saved, '300', 'experience')).toEqual([{ experience: 300 }]);
    expect(changes(saved, '=4', 'damage')).toEqual([{ characterHitPoints: -6 }]);
  });

  test('may be a total, for each from where it stands', () => {
    const targets = [target('dana', false, { hitPoints: 3 }), target('bo', false, { experience: 100 })];
    expect(changes(targets, '=8', 'enter')).toEqual([{ characterHitPoints: 5 }, { characterHitPoints: -2 }]);
    expect(changes(targets, '=900', 'experience')).toEqual([{ experience: 900 }, { experience: 800 }]);
  });

  test('may set a maximum or put away', () => {
    expect(changes([target('dana')], '58', 'maximum')).toEqual([{ maximumHitPoints: 58 }]);
    expect(changes([target('dana')], 'whatever', 'put away')).toEqual([{ archived: true }]);
  });

  test.each<[string, Deed, RegExp]>([
    ['', 'damage', /whole number/],
    ['+5', 'damage', /\+5 heals/],
    ['many', 'experience', /experience as a whole number/],
    ['0', 'maximum', /from 1/],
    ['-5', 'maximum', /from 1/],
    ['=2000000', 'maximum', /from 1/],
  ])('of %j with %s is unclear, and the words say why', (typed, deed, words) => {
    expect(changes([target('dana')], typed, deed)).toMatch(words);
  });

  test('goes to at least one and at most a hundred', () => {
    const many = Array.from({ length: 101 }, (_, nth) => target(`goblin ${nth}`));
    expect(changes(many, '7', 'damage')).toMatch(/at most 100/);
    expect(changes(many.slice(1), '7', 'damage')).toHaveLength(100);
    expect(changes([], '7', 'damage')).toMatch(/at least one/);
  });
});

describe('a choice', () => {
  const goblins = [1, 2, 3].map((number) => target(`goblin-${number}`));
  const named = goblins.map((each, place) => ({ ...each, name: `Goblin ${place + 1}` }));

  test('is of those that are still here, in the order in which they were chosen', () => {
    const choice = ['goblin-3', 'gone', 'goblin-1'].map((id) => ({ id, half: id === 'goblin-1' }));
    expect(targetsOf(choice, named).map(({ name, half }) => [name, half])).toEqual([
      ['Goblin 3', false],
      ['Goblin 1', true],
    ]);
  });

  test('of one has others alike that are on their feet, until all of them are chosen', () => {
    const down = { ...target('goblin-4', false, { hitPoints: 0 }), name: 'Goblin 4' };
    const all = [...named, down, target('dana')];
    expect(othersAlike(named.slice(1, 2), all)).toEqual({
      kind: 'Goblin',
      count: 3,
      ids: ['goblin-1', 'goblin-2', 'goblin-3'],
    });
    expect(othersAlike(named, all)).toBeUndefined();
    expect(othersAlike([], all)).toBeUndefined();
  });
});
