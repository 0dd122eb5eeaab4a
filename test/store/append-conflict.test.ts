import { describe, expect, test } from 'vitest';
import { fold } from '../../src/character/character.ts';
import type { NewEvent } from '../../src/character/event.ts';
import { groupedEvents } from '../../src/character/event-group.ts';
import { type GroupConflict, type HolderRead, judge } from '../../src/store/append-conflict.ts';
import type { VersionCheck } from '../../src/store/append-plan.ts';
import { idempotencyKeys } from '../../src/store/idempotency-keys.ts';
import { wizardEvent } from '../party.ts';

const stateAt = (version: number) => fold(undefined, wizardEvent(version, -2, 'goblin'));
const head = { state: stateAt(7), keys: idempotencyKeys([]), keysSince: 0 };
const wound: NewEvent = { characterId: 'wizard', characterHitPoints: -2, note: 'goblin' };
const held = (version: number, note = 'goblin'): HolderRead => {
  const event = wizardEvent(version, -2, note);
  return { type: 'held', holder: { event, state: stateAt(version) }, head };
};

/** What is decided of events with these keys, versions and reads. */
function judged(
  sent: readonly Partial<NewEvent>[],
  reads: readonly (HolderRead | undefined)[],
  {
    isCurrent = true,
    checks,
  }: { readonly isCurrent?: boolean; readonly checks?: readonly VersionCheck[] } = {},
) {
  const conflict: GroupConflict = {
    group: groupedEvents(sent.map((more) => ({ ...wound, ...more }))),
    checks:
      checks ?? reads.map((read) => (read === undefined ? { type: 'next' } : { type: 'held', version: 3 })),
    heads: new Map([['wizard', { head, isCurrent }]]),
    winners: [],
  };
  return judge(conflict, reads, ({ event, state }) => ({
    ...event,
    state: async () => state ?? stateAt(event.version),
  }));
}

describe('a conflict', () => {
  test('is a duplicate if the stored event has the key and the content', () => {
    expect(judged([{ idempotencyKey: 'key-3' }], [held(3)])).toMatchObject({
      type: 'final',
      outcome: { type: 'appended', duplicate: true, events: [{ version: 3 }], states: [{ version: 7 }] },
    });
  });

  test('is a reused key if the stored event has the key with other content', () => {
    expect(judged([{ idempotencyKey: 'key-3' }], [held(3, 'troll')])).toMatchObject({
      type: 'final',
      outcome: { type: 'key_reused', event: { version: 3, note: 'troll' } },
    });
  });

  test('is a taken version if the stored event has another key, and says which version is next', () => {
    for (const key of [{}, { idempotencyKey: 'mine' }]) {
      expect(judged([{ version: 3, ...key }], [held(3)])).toMatchObject({
        type: 'final',
        outcome: { type: 'version_taken', event: { version: 3 }, nextVersion: 8 },
      });
    }
  });

  test('of a group is final only if none of it is stored, or all of it', () => {
    const keys = [{ idempotencyKey: 'key-3' }, { idempotencyKey: 'key-4' }];
    expect(judged(keys, [held(3), held(4)])).toMatchObject({
      type: 'final',
      outcome: { duplicate: true, events: [{ version: 3 }, { version: 4 }], states: [{ version: 7 }] },
    });
    expect(judged(keys, [undefined, held(4)])).toMatchObject({
      type: 'partly_stored',
      outcome: { type: 'version_taken', event: { version: 4 } },
    });
    expect(judged([{ version: 3 }, { version: 4 }], [held(3), held(4)])).toMatchObject({
      type: 'final',
      outcome: { type: 'version_taken', event: { version: 3 } },
    });
  });

  test('of a group names the first reason in its order', () => {
    const gap = { type: 'version_gap', characterId: 'wizard', version: 9, nextVersion: 8 } as const;
    const checks: readonly VersionCheck[] = [
      { type: 'gap', refusal: gap },
      { type: 'held', version: 3 },
    ];
    expect(judged([{ version: 9 }, { version: 10 }], [undefined, held(3)], { checks })).toEqual({
      type: 'final',
      outcome: gap,
    });
  });

  test('is unresolved while newer events are unread, or the stream was replaced', () => {
    expect(judged([{ idempotencyKey: 'mine' }], [{ type: 'behind' }])).toEqual({ type: 'unresolved' });
    expect(judged([{ version: 3 }], [{ type: 'gone' }], { isCurrent: false })).toEqual({
      type: 'unresolved',
    });
    expect(judged([{}], [{ type: 'gone' }])).toEqual({ type: 'unresolved' });
  });

  test('is a gap where a foreign history lacks that version', () => {
    expect(judged([{ version: 3 }], [{ type: 'gone' }])).toEqual({
      type: 'final',
      outcome: { type: 'version_gap', characterId: 'wizard', version: 3, nextVersion: 8 },
    });
  });
});
