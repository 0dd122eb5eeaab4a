import { describe, expect, test } from 'vitest';
import type { NewEvent } from '../../src/character/event.ts';
import { eventGroupIssues, groupedEvents } from '../../src/character/event-group.ts';

const burn = (characterId: string, more: Partial<NewEvent> = {}): NewEvent => ({
  characterId,
  characterHitPoints: -3,
  note: 'fireball',
  ...more,
});

describe('a group of events', () => {
  test('counts those of the same character', () => {
    const group = groupedEvents([burn('bard'), burn('monk'), burn('bard'), burn('bard')]);
    expect(group.map(({ offset }) => offset)).toEqual([0, 0, 1, 2]);
    expect(group.map(({ event }) => event.version)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('gives all events of a character the versions that one given version implies', () => {
    const group = groupedEvents([burn('bard'), burn('monk'), burn('bard', { version: 4 }), burn('bard')]);
    expect(group.map(({ event }) => event.version)).toEqual([3, undefined, 4, 5]);
  });

  test('of 1 to 100 events with versions in order breaks no rule', () => {
    expect(eventGroupIssues([burn('bard')])).toEqual([]);
    expect(
      eventGroupIssues(
        Array.from({ length: 100 }, (_, version) => burn('bard', { version, characterName: 'B' })),
      ),
    ).toEqual([]);
  });

  test.each([0, 101])('of %d events is refused', (length) => {
    expect(eventGroupIssues(Array.from({ length }, () => burn('bard')))).toEqual([
      { path: ['events'], message: `Expected 1 to 100 events, got ${length}.` },
    ]);
  });

  test('has one more write for each character that it puts away or back', () => {
    const group = (archived: number) =>
      Array.from({ length: 60 }, (_, nth) =>
        burn(`hero ${nth % 50}`, nth < archived ? { archived: true } : {}),
      );
    expect(eventGroupIssues(group(40))).toEqual([]);
    expect(eventGroupIssues(group(41))).toEqual([
      { path: ['events'], message: expect.stringContaining('got 60 and 41') },
    ]);
  });

  test('names the event that breaks a rule', () => {
    expect(eventGroupIssues([burn('bard'), burn('', { note: 'n'.repeat(2_001) })])).toEqual([
      { path: ['events', '1', 'characterId'], message: 'Expected 1 to 255 bytes of UTF-8, got 0.' },
      { path: ['events', '1', 'note'], message: 'Expected at most 2000 characters, got 2001.' },
    ]);
  });

  test('has no key twice, whatever the character', () => {
    const issues = eventGroupIssues([
      burn('bard', { idempotencyKey: 'a' }),
      burn('monk'),
      burn('monk'),
      burn('monk', { idempotencyKey: 'a' }),
    ]);
    expect(issues).toEqual([
      {
        path: ['events', '3', 'idempotencyKey'],
        message: 'Expected a key of its own, got "a", which event 0 has too.',
      },
    ]);
  });

  test.each([
    [[3, 5], '1', 'Expected 4, since the events of one character take consecutive versions, got 5.'],
    [[3, 3], '1', 'Expected 4, since the events of one character take consecutive versions, got 3.'],
    [[undefined, 0], '1', 'Expected 1, since the events of one character take consecutive versions, got 0.'],
  ])('refuses the versions %j of one character', (versions, index, message) => {
    expect(
      eventGroupIssues(versions.map((version) => burn('bard', { version, characterName: 'B' }))),
    ).toEqual([{ path: ['events', index, 'version'], message }]);
  });
});
