import { describe, expect, test } from 'vitest';
import { fold } from '../../src/character/character.ts';
import { revertKey } from '../../src/character/event.ts';
import { foreignTotal, fromItem, isSameWrite, toItem } from '../../src/store/event-item.ts';
import { goItem, itemsOf, wizardEvent, wizardItems } from '../party.ts';

describe('an item of the Go program', () => {
  test('that is a snapshot in the stream is an event that changes nothing', () => {
    const snapshot = goItem('gopher', 3, 3, 'SNAPSHOT');
    expect(fromItem(snapshot).event).toMatchObject({ version: 3, characterHitPoints: 0, note: 'SNAPSHOT' });
    expect(foreignTotal(snapshot)).toBe(3);
    const changes = [8, -2, -3].map((change, version) => goItem('gopher', version, change));
    const events = [...changes, snapshot, goItem('gopher', 4, -1)].map((item) => fromItem(item).event);
    const [first, ...later] = events;
    expect(first && later.reduce(fold, fold(undefined, first)).hitPoints).toBe(2);
  });

  test('with another note, or a time of recording as ours have, is an ordinary event', () => {
    expect(fromItem(goItem('gopher', 3, 3, 'snapshot')).event.characterHitPoints).toBe(3);
    const event = wizardEvent(3, 3, 'SNAPSHOT');
    const ours = toItem(event, fold(undefined, event));
    expect(fromItem(ours).event.characterHitPoints).toBe(3);
    expect(foreignTotal(ours)).toBeUndefined();
  });
});

test('the number -0 reads as 0', () => {
  const { event } = fromItem(goItem('gopher', -0, -0));
  expect([Object.is(event.version, 0), Object.is(event.characterHitPoints, 0)]).toEqual([true, true]);
});

test('the key of a revert reads alike, whichever version of the server stored it', () => {
  const reverted = { ...goItem('gopher', 8, 2), Reverts: 7 };
  for (const IdempotencyKey of ['revert:7', revertKey(7)]) {
    expect(fromItem({ ...reverted, IdempotencyKey }).event.idempotencyKey).toBe(revertKey(7));
  }
  const byCaller = { ...goItem('gopher', 8, 2), IdempotencyKey: 'revert:7' };
  expect(fromItem(byCaller).event.idempotencyKey).toBe('revert:7');
});

describe('an item with more than hit points', () => {
  const played = { maximumHitPoints: 12, temporaryHitPoints: 5, experience: -300, archived: false };
  const attributes = { MaximumHitPoints: 12, TemporaryHitPoints: 5, Experience: -300, Archived: false };

  test('has the attributes of what the event says, and no other', () => {
    const [plain, all] = itemsOf([{}, played]);
    for (const name of Object.keys(attributes)) expect(plain).not.toHaveProperty(name);
    expect(all).toMatchObject(attributes);
    expect(all && fromItem(all)).toMatchObject({
      event: played,
      state: { maximumHitPoints: 12, experience: 0 },
    });
  });

  test('keeps in its snapshot only what is not null, 0 or false', () => {
    const [plain, all] = itemsOf([{}, { ...played, experience: 300, archived: true }]);
    expect(Object.keys(plain?.Snapshot ?? {})).toEqual([
      'Schema',
      'Name',
      'HitPoints',
      'HighestHitPoints',
      'CreatedAt',
    ]);
    expect(all?.Snapshot).toMatchObject({ ...attributes, Experience: 300, Archived: true });
  });

  test.each([
    ['MaximumHitPoints', -1],
    ['TemporaryHitPoints', 'five'],
    ['Experience', 0.5],
    ['Archived', 'yes'],
  ])('is no event where %s is %j', (attribute, value) => {
    expect(() => fromItem({ ...goItem('gopher', 0, 8), [attribute]: value })).toThrow(attribute);
  });
});

describe('the same write', () => {
  const [item] = wizardItems([8]);

  test.each([
    'Reverts',
    'Actor',
    'Note',
    'RecordedAt',
    'MaximumHitPoints',
    'TemporaryHitPoints',
    'Experience',
    'Archived',
  ])('has the same %s', (attribute) => {
    if (item === undefined) throw new Error('Expected an item.');
    expect(isSameWrite(item, { ...item })).toBe(true);
    expect(isSameWrite(item, { ...item, [attribute]: 'another' })).toBe(false);
  });

  test('is never told of items without key and time', () => {
    expect(isSameWrite(goItem('gopher', 0, 1), goItem('gopher', 0, 1))).toBe(false);
  });
});
