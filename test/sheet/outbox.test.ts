import { describe, expect, test } from 'vitest';
import { createOutbox, type Entry, type Outbox } from '../../src/sheet/outbox.ts';
import type { Outcome } from '../../src/sheet/outcome.ts';
import { keepPresses, keptPresses, type Press, type PressStorage } from '../../src/sheet/press.ts';

function memory(): PressStorage {
  const texts = new Map<string, string>();
  return {
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, text) => texts.set(name, text),
    removeItem: (name) => texts.delete(name),
  };
}

function hit(key: string, seenVersion: number): Press {
  return {
    key,
    characterId: 'dana',
    seenVersion,
    what: { type: 'change', characterHitPoints: -7, note: 'goblin' },
  };
}

const birth: Press = {
  key: 'birth',
  characterId: 'dana',
  seenVersion: -1,
  what: { type: 'creation', name: 'Dana', hitPoints: 10, anyId: true },
};

function saved(version: number): Outcome {
  const event = {
    version,
    characterHitPoints: -7,
    note: 'goblin',
    recordedAt: null,
    reverts: null,
    state: null,
  };
  const character = { id: 'dana', name: 'Dana', hitPoints: 3, highestHitPoints: 10, version };
  return { type: 'saved', event, character, duplicate: false };
}

const lost: Outcome = { type: 'failed', advice: 'No answer.' };

/** An outbox whose sends end as the given outcomes say, in this order. */
function outboxOver(outcomes: readonly Outcome[], storage = memory()) {
  const left = [...outcomes];
  const sent: string[] = [];
  const watched: { entries: readonly Entry[] } = { entries: [] };
  const answer = (word: string) => async (press: Press) => {
    sent.push(`${word} ${press.key} to ${press.characterId}`);
    return left.shift() ?? lost;
  };
  const outbox: Outbox = createOutbox({
    place: 'dana',
    storage,
    send: answer('send'),
    sendAgain: answer('again'),
    otherId: ({ characterId }) => `${characterId}-2`,
    onChange: (entries) => {
      watched.entries = entries;
    },
    onSaved: () => {},
  });
  return { outbox, sent, storage, progress: () => watched.entries.map(({ progress }) => progress) };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

describe('a press', () => {
  test('is kept until it is saved', async () => {
    const { outbox, storage, progress } = outboxOver([saved(5)]);
    outbox.press(hit('first', 4));
    expect(keptPresses(storage, 'dana')).toEqual([hit('first', 4)]);
    expect(progress()).toEqual([{ type: 'saving' }]);
    await settled();
    expect(keptPresses(storage, 'dana')).toEqual([]);
    expect(progress()).toMatchObject([{ type: 'saved', version: 5, others: 0 }]);
  });

  test('without an answer is sent again with the same key', async () => {
    const { outbox, sent, storage, progress } = outboxOver([lost, saved(5)]);
    outbox.press(hit('first', 4));
    await settled();
    expect(progress()).toEqual([lost]);
    expect(keptPresses(storage, 'dana')).toEqual([hit('first', 4)]);
    outbox.sendAgain();
    await settled();
    expect(sent).toEqual(['send first to dana', 'again first to dana']);
    expect(progress()).toMatchObject([{ type: 'saved' }]);
  });

  test('that a former page left is sent again at once', async () => {
    const storage = memory();
    keepPresses(storage, 'dana', [hit('old', 4)]);
    const { sent, progress } = outboxOver([saved(5)], storage);
    await settled();
    expect(sent).toEqual(['again old to dana']);
    expect(progress()).toMatchObject([{ type: 'saved', version: 5 }]);
  });

  test('can be forgotten', async () => {
    const { outbox, storage, progress } = outboxOver([lost]);
    outbox.press(hit('first', 4));
    await settled();
    outbox.forget('first');
    expect(progress()).toEqual([]);
    expect(keptPresses(storage, 'dana')).toEqual([]);
  });

  test('counts what others changed before it, and not what we did', async () => {
    const { outbox, progress } = outboxOver([saved(5), saved(8)]);
    outbox.press(hit('first', 4));
    outbox.press(hit('second', 4));
    await settled();
    expect(progress()).toMatchObject([
      { type: 'saved', version: 5, others: 0 },
      { type: 'saved', version: 8, others: 2 },
    ]);
  });

  test('that creates a character goes to another id when the first is taken', async () => {
    const { outbox, sent, progress } = outboxOver([{ type: 'taken' }, saved(0)]);
    outbox.press(birth);
    await settled();
    expect(sent).toEqual(['send birth to dana', 'send birth to dana-2']);
    expect(progress()).toMatchObject([{ type: 'saved' }]);
  });

  test('that creates one id and no other is refused when it is taken', async () => {
    const { outbox, progress } = outboxOver([{ type: 'taken' }]);
    outbox.press({ ...birth, what: { type: 'creation', name: 'Dana', hitPoints: 10, anyId: false } });
    await settled();
    expect(progress()).toMatchObject([{ type: 'refused' }]);
  });
});

describe('an event', () => {
  const goblin = { version: 5, characterHitPoints: -7, note: 'goblin', reverts: null };

  test('is ours when a press of the same content is unanswered', async () => {
    const { outbox } = outboxOver([lost]);
    outbox.press(hit('first', 4));
    await settled();
    expect(outbox.isOurs(goblin)).toBe(true);
    expect(outbox.isOurs({ ...goblin, version: 4 })).toBe(false);
    expect(outbox.isOurs({ ...goblin, note: 'ogre' })).toBe(false);
  });

  test('is ours when it was saved here, and only at that version', async () => {
    const { outbox } = outboxOver([saved(5)]);
    outbox.press(hit('first', 4));
    await settled();
    expect(outbox.isOurs(goblin)).toBe(true);
    expect(outbox.isOurs({ ...goblin, version: 6 })).toBe(false);
  });
});
