import { describe, expect, test } from 'vitest';
import { fold } from '../../src/character/character.ts';
import type { NewEvent } from '../../src/character/event.ts';
import { groupedEvents } from '../../src/character/event-group.ts';
import { type KnownHeads, planAppend } from '../../src/store/append-plan.ts';
import type { StreamHead } from '../../src/store/head-cache.ts';
import { heldKeys, idempotencyKeys } from '../../src/store/idempotency-keys.ts';
import { wizardEvent } from '../party.ts';

const now = new Date('2026-11-23T12:00:00.000Z');
const recorder = { clock: () => now, newKey: () => 'made by the store' };

/** The wizard after events that heal 1 each; the event of version n holds the key `key-n`. */
function wizardAt(version: number): StreamHead {
  const events = Array.from({ length: version + 1 }, (_, nth) => wizardEvent(nth, 1));
  const [first, ...later] = events;
  if (first === undefined) throw new RangeError('Expected a version from 0.');
  return {
    state: later.reduce(fold, fold(undefined, first)),
    keys: idempotencyKeys(events.map(({ idempotencyKey: key, version }) => ({ key, version }))),
    keysSince: 0,
  };
}

const heads = (head: StreamHead | undefined): KnownHeads => new Map([['wizard', { head, isCurrent: true }]]);
const wound = (more: Partial<NewEvent> = {}): NewEvent => ({
  characterId: 'wizard',
  characterHitPoints: -2,
  note: 'goblin',
  ...more,
});
const plan = (head: StreamHead | undefined, ...events: readonly NewEvent[]) =>
  planAppend(groupedEvents(events), heads(head), recorder);

describe('a plan of an append', () => {
  test('writes the next event of a head, with the state after it', () => {
    expect(plan(wizardAt(4), wound())).toMatchObject({
      type: 'write',
      items: [{ Id: 'wizard', Version: 5, CharacterName: 'Morgana', CharacterHitPoints: -2, Note: 'goblin' }],
      written: [{ event: { version: 5, idempotencyKey: 'made by the store' }, state: { hitPoints: 3 } }],
      headsAfter: [{ state: { version: 5, hitPoints: 3 } }],
    });
  });

  test('writes version 0 of a character without events, into the directory too', () => {
    expect(plan(undefined, wound({ characterName: 'Morgana' }))).toMatchObject({
      type: 'write',
      items: [{ Version: 0, Directory: 'CHARACTERS', ListedAt: now.toISOString() }],
    });
  });

  test.each<[string, NewEvent, object]>([
    ['the next version', wound({ version: 5 }), { type: 'write' }],
    ['a version that an event has', wound({ version: 3 }), { checks: [{ type: 'held', version: 3 }] }],
    [
      'a version beyond the next',
      wound({ version: 7 }),
      { refusal: { type: 'version_gap', characterId: 'wizard', version: 7, nextVersion: 5 } },
    ],
    [
      'a key that an event has',
      wound({ idempotencyKey: 'key-2' }),
      { checks: [{ type: 'held', version: 2 }] },
    ],
    [
      'a key that an event has, and the next version',
      wound({ idempotencyKey: 'key-2', version: 5 }),
      { type: 'conflict', checks: [{ type: 'held', version: 2 }] },
    ],
    ['a key of its own', wound({ idempotencyKey: 'mine' }), { type: 'write' }],
    [
      'a total beyond 32 bits',
      wound({ characterHitPoints: 2 ** 31 }),
      { type: 'refused', refusal: { index: 0, issues: [{ path: ['characterHitPoints'] }] } },
    ],
  ])('knows %s', (_, event, expected) => {
    expect(plan(wizardAt(4), event)).toMatchObject(expected);
  });

  test('writes no minus zero', () => {
    const zeros = { characterHitPoints: -0, temporaryHitPoints: -0, experience: -0 };
    const planned = plan(wizardAt(4), wound(zeros));
    const [item] = planned.type === 'write' ? planned.items : [];
    expect(item).toMatchObject({ CharacterHitPoints: 0, TemporaryHitPoints: 0, Experience: 0 });
    expect([item?.['TemporaryHitPoints'], item?.['Experience']].map((zero) => Object.is(zero, 0))).toEqual([
      true,
      true,
    ]);
  });

  test('refuses a first event without a name', () => {
    expect(plan(undefined, wound())).toMatchObject({
      type: 'refused',
      refusal: { type: 'invalid_input', index: 0, issues: [{ path: ['characterName'] }] },
    });
  });

  test('never records an event before the one in front of it, if the clock went back', () => {
    const later = { ...wizardAt(4).state, updatedAt: '2027-01-01T00:00:00.000Z' };
    expect(plan({ ...wizardAt(4), state: later }, wound())).toMatchObject({
      written: [{ event: { recordedAt: '2027-01-01T00:00:00.000Z' } }],
    });
  });

  test('gives the heads the keys of callers, not those that the store made', () => {
    const planned = plan(wizardAt(4), wound(), wound({ idempotencyKey: 'mine' }));
    const keys = planned.type === 'write' ? planned.headsAfter.flatMap((head) => heldKeys(head.keys)) : [];
    expect(keys.map(({ key }) => key)).toEqual(['key-0', 'key-1', 'key-2', 'key-3', 'key-4', 'mine']);
  });
});

describe('a plan of a group', () => {
  test('folds the events of one character on each other, in order', () => {
    expect(plan(wizardAt(4), wound(), wound({ characterName: 'Morgan' }), wound())).toMatchObject({
      written: [
        { event: { version: 5 }, state: { hitPoints: 3, name: 'Morgana' } },
        { event: { version: 6 }, state: { hitPoints: 1, name: 'Morgan' } },
        { event: { version: 7, characterName: 'Morgan' }, state: { hitPoints: -1 } },
      ],
      headsAfter: [{ state: { version: 7 } }],
    });
  });

  test('is a conflict if any event is held, and says how each stands', () => {
    const group = [wound({ version: 5 }), wound({ idempotencyKey: 'key-1' })];
    expect(plan(wizardAt(4), ...group)).toEqual({
      type: 'conflict',
      checks: [{ type: 'next' }, { type: 'held', version: 1 }],
    });
  });

  test('refuses the first gap, and names the first event that breaks a rule', () => {
    expect(plan(wizardAt(4), wound({ version: 9 }), wound())).toMatchObject({
      refusal: { type: 'version_gap', version: 9, nextVersion: 5 },
    });
    expect(plan(wizardAt(4), wound(), wound({ characterHitPoints: 2 ** 31 }))).toMatchObject({
      refusal: { type: 'invalid_input', index: 1 },
    });
  });

  test('has the heads of several characters in the order they first appear', () => {
    const bard = wound({ characterId: 'bard', characterName: 'Bard' });
    const known: KnownHeads = new Map([
      ['bard', { head: undefined, isCurrent: true }],
      ['wizard', { head: wizardAt(0), isCurrent: false }],
    ]);
    const planned = planAppend(groupedEvents([bard, wound(), bard]), known, recorder);
    expect(planned).toMatchObject({
      headsAfter: [
        { state: { characterId: 'bard', version: 1 } },
        { state: { characterId: 'wizard', version: 1 } },
      ],
    });
  });
});
