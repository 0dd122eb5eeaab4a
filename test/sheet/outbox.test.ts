import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LineFragment } from '../../src/sheet/generated/operations.ts';
import { createOutbox, type Outbox, type OutboxParts, type StoredEvents } from '../../src/sheet/outbox.ts';
import { type PageStorage, storageOf } from '../../src/sheet/page-storage.ts';
import type { Append, Command, Creation, PendingChange } from '../../src/sheet/pending-change.ts';
import type { Outcome } from '../../src/sheet/send-change.ts';
import { memoryStorage, refusingStorages } from './stores.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-26T20:00:00') });
});
afterEach(() => {
  vi.useRealTimers();
});

const storageName = 'pending changes';
const minute = 60_000;

function hit(characterId: string, seenVersion = 4): Append {
  const change = { characterHitPoints: -7, note: 'goblin' };
  return { type: 'append', events: [{ characterId, name: characterId, seenVersion, change }] };
}

const creation: Creation = {
  type: 'creation',
  characters: [{ characterId: 'dana', name: 'Dana', hitPoints: 10 }],
  anyId: true,
};

function saved(...versions: readonly number[]): Outcome {
  return {
    type: 'saved',
    events: versions.map((version) => ({ line: line(version), duplicate: false })),
    characters: [],
  };
}

function line(version: number): LineFragment {
  return {
    version,
    characterName: 'Dana',
    characterHitPoints: -7,
    note: 'goblin',
    recordedAt: null,
    reverts: null,
    actor: null,
    maximumHitPoints: null,
    temporaryHitPoints: null,
    experience: null,
    archived: null,
    state: null,
  };
}

function failed(code: string): Outcome {
  return { type: 'failed', failure: { code, requestId: null, message: '' } };
}

const unreachable = failed('UNREACHABLE');

/** An outbox whose sends end as the given outcomes say, in this order, and then as the last one. */
function outboxOver(
  outcomes: readonly (Outcome | Error | Promise<Outcome>)[],
  storage: PageStorage = memoryStorage(),
  onMoved: (key: string) => void = () => {},
) {
  const left = [...outcomes];
  const sent: string[] = [];
  const answer = (word: string) => async (change: PendingChange) => {
    const { command } = change;
    const about = command.type === 'creation' ? command.characters : command.events;
    sent.push(`${word} ${about.map(({ characterId }) => characterId).join('+')}`);
    const outcome = left.length > 1 ? left.shift() : left[0];
    if (outcome instanceof Error) throw outcome;
    return outcome ?? unreachable;
  };
  const parts: OutboxParts = {
    storage,
    sendFirst: answer('first'),
    sendAgain: answer('again'),
    withOtherIds: (command, key) => {
      onMoved(key);
      const [{ name, hitPoints }] = command.characters;
      return { ...command, characters: [{ characterId: 'dana-2', name, hitPoints }] };
    },
    didWords: ({ note }) => note,
  };
  const outbox = createOutbox(parts);
  return { outbox, sent, storage, progress: () => progressOf(outbox) };
}

function progressOf(outbox: Outbox) {
  return outbox.entries.value.map(({ progress }) => progress);
}

/** Lets the sends that are due happen. */
function settled(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(0);
}

function keyOf(outbox: Outbox, index = 0): string {
  return outbox.entries.value[index]?.change.key ?? '';
}

describe('a press', () => {
  test('is kept until it is saved, and said to be saved for 20 s', async () => {
    const { outbox, storage, progress } = outboxOver([saved(5)]);
    outbox.press(hit('dana'));
    expect(storage.kept(storageName)).toMatchObject([{ command: hit('dana') }]);
    expect(progress()).toEqual([{ type: 'sending' }]);
    expect(outbox.unsent.value).toBe(1);
    await settled();
    expect(storage.kept(storageName)).toBeUndefined();
    expect(progress()).toMatchObject([
      { type: 'saved', others: 0, undo: { events: [{ version: 5, did: 'goblin' }] } },
    ]);
    expect(outbox.unsent.value).toBe(0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(progress()).toEqual([]);
  });

  test('without an answer waits, and is sent again by itself with the same key until there is one', async () => {
    const { outbox, sent, progress } = outboxOver([unreachable, unreachable, saved(5)]);
    outbox.press(hit('dana'));
    const key = keyOf(outbox);
    await settled();
    expect(progress()).toMatchObject([{ type: 'waiting', attempted: true }]);
    await vi.advanceTimersByTimeAsync(minute);
    expect(sent).toEqual(['first dana', 'again dana', 'again dana']);
    expect(keyOf(outbox)).toBe('');
    expect(key).not.toBe('');
  });

  test('that surely was not stored is sent as if for the first time', async () => {
    const { outbox, sent } = outboxOver([failed('THROTTLED'), saved(5)]);
    outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(minute);
    expect(sent).toEqual(['first dana', 'first dana']);
  });

  test('is sent at once when there is reason to hope', async () => {
    const { outbox, sent, progress } = outboxOver([
      unreachable,
      unreachable,
      unreachable,
      unreachable,
      saved(5),
    ]);
    outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(8_000);
    const before = sent.length;
    outbox.sendNow();
    await settled();
    expect(sent.length).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(progress()).toMatchObject([{ type: 'saved' }]);
  });

  test('of another character is sent although one waits, those of the same character keep their order', async () => {
    const { outbox, sent } = outboxOver([failed('CONTENDED'), saved(1), saved(5), saved(6)]);
    outbox.press(hit('dana'));
    outbox.press(hit('dana', 5));
    outbox.press(hit('astrid'));
    await settled();
    expect(sent).toEqual(['first dana', 'first astrid']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual(['first dana', 'first astrid', 'first dana', 'first dana']);
  });

  test('can be cancelled also while it is sent again, and says all the time that it waits', async () => {
    let answer = (_: Outcome): void => {};
    const { outbox, progress } = outboxOver([
      unreachable,
      new Promise<Outcome>((resolve) => (answer = resolve)),
    ]);
    outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(minute);
    expect(outbox.isSending('dana')).toBe(true);
    expect(progress()).toMatchObject([{ type: 'waiting', attempted: true }]);
    outbox.forget(keyOf(outbox));
    answer(saved(5));
    await settled();
    expect(progress()).toEqual([]);
    expect(outbox.isOurs('dana', 5)).toBe(true);
  });

  test('can be cancelled while it waits', async () => {
    const { outbox, sent, storage, progress } = outboxOver([unreachable]);
    outbox.press(hit('dana'));
    await settled();
    outbox.forget(keyOf(outbox));
    await vi.advanceTimersByTimeAsync(minute);
    expect(progress()).toEqual([]);
    expect(storage.kept(storageName)).toBeUndefined();
    expect(sent).toEqual(['first dana']);
  });

  test('that the server refuses stays to be read, and is not counted as unsent', async () => {
    const { outbox, progress } = outboxOver([{ type: 'refused', advice: 'No.' }]);
    outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(minute);
    expect(progress()).toEqual([{ type: 'refused', advice: 'No.' }]);
    expect(outbox.unsent.value).toBe(0);
  });

  test('that is refused by what refuses stored ones too may be stored if it was sent before', async () => {
    const forbidden: Outcome = { type: 'refused', advice: 'No.', ofStoredToo: true };
    const first = outboxOver([forbidden]);
    first.outbox.press(hit('dana'));
    await settled();
    expect(first.progress()).toEqual([{ type: 'refused', advice: 'No.' }]);
    const again = outboxOver([unreachable, forbidden]);
    again.outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(2_000);
    const maybe = [{ type: 'refused', advice: 'No.', mayBeStored: true }];
    expect(again.progress()).toEqual(maybe);
    expect(outboxOver([], again.storage).progress()).toEqual(maybe);
  });

  test('that breaks on its way is not saved, and stops no other', async () => {
    const { outbox, progress } = outboxOver([new TypeError('no such field'), saved(5)]);
    outbox.press(hit('dana'));
    outbox.press(hit('dana'));
    await settled();
    expect(progress()).toMatchObject([
      { type: 'refused', advice: expect.stringContaining('no such field') },
      { type: 'saved' },
    ]);
  });

  test('counts what others changed before it, and not what we did', async () => {
    const { outbox, progress } = outboxOver([saved(5), saved(8)]);
    outbox.press(hit('dana'));
    outbox.press(hit('dana'));
    await settled();
    expect(progress()).toMatchObject([{ others: 0 }, { others: 2 }]);
  });

  test('that creates a character goes to another id when the first is taken', async () => {
    const { outbox, sent, progress } = outboxOver([{ type: 'taken' }, saved(0)]);
    outbox.press(creation);
    await settled();
    expect(sent).toEqual(['first dana', 'first dana-2']);
    expect(progress()).toMatchObject([{ type: 'saved', undo: undefined }]);
  });

  test('that creates one id and no other is refused when it is taken', async () => {
    const { outbox, progress } = outboxOver([{ type: 'taken' }]);
    outbox.press({ ...creation, anyId: false });
    await settled();
    expect(progress()).toMatchObject([{ type: 'refused' }]);
  });

  test('of several characters is undone as one', async () => {
    const { outbox, progress } = outboxOver([saved(5, 9)]);
    const [dana, astrid] = [hit('dana').events[0], hit('astrid').events[0]];
    outbox.press({ type: 'append', events: [dana, astrid] });
    await settled();
    expect(progress()).toMatchObject([
      {
        undo: {
          type: 'undo',
          events: [
            { characterId: 'dana', version: 5 },
            { characterId: 'astrid', version: 9 },
          ],
        },
      },
    ]);
  });

  test('that undoes what was undone before says so', async () => {
    const duplicate: Outcome = {
      type: 'saved',
      events: [{ line: line(4), duplicate: true }],
      characters: [],
    };
    const { outbox, progress } = outboxOver([duplicate]);
    const undo: Command = {
      type: 'undo',
      events: [{ characterId: 'dana', name: 'Dana', seenVersion: 4, version: 2, did: '−7' }],
    };
    outbox.press(undo);
    await settled();
    expect(progress()).toMatchObject([{ type: 'saved', undoneBefore: true }]);
  });
});

describe('what waits for long', () => {
  test('is asked about after ten minutes, and sent once it is confirmed', async () => {
    const { outbox, sent, progress } = outboxOver([unreachable]);
    outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(11 * minute);
    expect(progress()).toEqual([{ type: 'asked', attempted: true }]);
    expect(outbox.unsent.value).toBe(1);
    const attempts = sent.length;
    await vi.advanceTimersByTimeAsync(minute);
    expect(sent.length).toBe(attempts);
    outbox.confirm(keyOf(outbox));
    await settled();
    expect(sent.length).toBe(attempts + 1);
  });

  test('from before a reload is sent again at once, with what is known of it', async () => {
    const storage = memoryStorage();
    outboxOver([unreachable], storage).outbox.press(hit('dana'));
    await settled();
    const { sent, progress } = outboxOver([saved(5)], storage);
    await settled();
    expect(sent).toEqual(['again dana']);
    expect(progress()).toMatchObject([{ type: 'saved' }]);
  });

  test('from another day is asked about after a reload, however young it is', async () => {
    const storage = memoryStorage();
    vi.setSystemTime(new Date('2026-11-26T23:59:00'));
    outboxOver([unreachable], storage).outbox.press(hit('dana'));
    vi.setSystemTime(new Date('2026-11-27T00:01:00'));
    const { sent, progress } = outboxOver([saved(5)], storage);
    await settled();
    expect(sent).toEqual([]);
    expect(progress()).toEqual([{ type: 'asked', attempted: true }]);
  });
});

describe.each(refusingStorages)('with a storage that %s', (_, storage) => {
  test('every press is sent, and its state is said', async () => {
    const { outbox, sent, progress } = outboxOver([unreachable, saved(5), saved(6)], storageOf(storage));
    outbox.press(hit('dana'));
    outbox.press(hit('dana'));
    expect(progress()).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sent).toEqual(['first dana', 'again dana', 'first dana']);
    expect(progress()).toMatchObject([{ type: 'saved' }, { type: 'saved' }]);
  });
});

describe('an event', () => {
  test('is ours when it was stored for a press of this page, and only then', async () => {
    const { outbox } = outboxOver([saved(5), unreachable]);
    outbox.press(hit('dana'));
    await settled();
    outbox.press(hit('dana'));
    await settled();
    expect(outbox.isOurs('dana', 5)).toBe(true);
    expect(outbox.isOurs('dana', 6)).toBe(false);
    expect(outbox.isOurs('astrid', 5)).toBe(false);
  });

  test('may be ours while a press of its character is being sent', async () => {
    const { outbox } = outboxOver([saved(5)]);
    outbox.press(hit('dana'));
    expect(outbox.isSending('dana')).toBe(true);
    expect(outbox.isSending('astrid')).toBe(false);
    await settled();
    expect(outbox.isSending('dana')).toBe(false);
  });

  test('that is stored is told, with the character that it happened to', async () => {
    const { outbox } = outboxOver([saved(5, 9)]);
    const told: StoredEvents[] = [];
    const stop = outbox.onStored((stored) => told.push(stored));
    const group: Append = { type: 'append', events: [hit('dana').events[0], hit('astrid').events[0]] };
    outbox.press(group);
    await settled();
    stop();
    outbox.press(group);
    await settled();
    expect(told).toMatchObject([
      {
        events: [
          { characterId: 'dana', line: { version: 5 } },
          { characterId: 'astrid', line: { version: 9 } },
        ],
      },
    ]);
  });

  test('that were refused stay refused after a reload, and are not sent again', async () => {
    const refused: Outcome = { type: 'refused', advice: 'You may not do this.' };
    const { outbox, storage } = outboxOver([refused]);
    outbox.press(hit('dana'));
    await settled();
    const reloaded = outboxOver([saved(5)], storage);
    await vi.advanceTimersByTimeAsync(minute);
    expect(reloaded.sent).toEqual([]);
    expect(reloaded.progress()).toEqual([refused]);
    reloaded.outbox.forget(keyOf(reloaded.outbox));
    expect(outboxOver([saved(5)], storage).progress()).toEqual([]);
  });

  test('that are cancelled before they were sent are gone', async () => {
    const { outbox, sent } = outboxOver([new Promise(() => {}), saved(5)]);
    outbox.press(hit('astrid'));
    outbox.press(hit('dana'));
    await settled();
    outbox.cancel(keyOf(outbox, 1));
    await vi.advanceTimersByTimeAsync(minute);
    expect(outbox.entries.value).toHaveLength(1);
    expect(sent).toEqual(['first astrid']);
  });

  test('that are cancelled after they were sent say that they may be stored, after a reload too', async () => {
    const { outbox, sent, storage, progress } = outboxOver([unreachable, saved(5)]);
    outbox.press(hit('dana'));
    await settled();
    outbox.cancel(keyOf(outbox));
    await vi.advanceTimersByTimeAsync(minute);
    expect(progress()).toEqual([{ type: 'cancelled' }]);
    expect(outbox.unsent.value).toBe(0);
    expect(outboxOver([saved(5)], storage).progress()).toEqual([{ type: 'cancelled' }]);
    expect(sent).toEqual(['first dana']);
  });

  test('that are cancelled while they are sent again say what comes of it, and are sent no more', async () => {
    for (const [outcome, told] of [
      [saved(5), 'saved'],
      [unreachable, 'cancelled'],
      [{ type: 'taken' } as const, 'cancelled'],
    ] as const) {
      const { answered, answer } = answeredLater();
      const { outbox, sent, progress } = outboxOver([failed('THROTTLED'), answered]);
      outbox.press(outcome.type === 'taken' ? creation : hit('dana'));
      await vi.advanceTimersByTimeAsync(2_000);
      outbox.cancel(keyOf(outbox));
      answer(outcome);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(progress()).toMatchObject([{ type: told }]);
      expect(sent).toHaveLength(2);
    }
  });

  test('are asked about where the clock was set back meanwhile', async () => {
    const { outbox, sent, storage } = outboxOver([unreachable]);
    outbox.press(hit('dana'));
    await settled();
    expect(sent).toEqual(['first dana']);
    vi.setSystemTime(Date.now() - 3 * 60 * minute);
    const reloaded = outboxOver([saved(5)], storage);
    await settled();
    expect(reloaded.progress()).toMatchObject([{ type: 'asked' }]);
  });

  test('of a page that comes back from the browser’s cache are asked about where another page had them', async () => {
    const { outbox, storage } = outboxOver([new Promise(() => {})]);
    outbox.press(hit('astrid'));
    outbox.press(hit('dana'));
    outbox.press(hit('grik'));
    await settled();
    const other = outboxOver([new Promise(() => {})], storage);
    other.outbox.cancel(keyOf(other.outbox, 1));
    other.outbox.forget(keyOf(other.outbox, 1));
    outbox.comeBack();
    expect(progressOf(outbox)).toEqual([
      { type: 'sending' },
      { type: 'asked', attempted: true },
      { type: 'waiting', advice: '', attempted: false },
    ]);
  });

  test('of a page that comes back are not sent where another page has cancelled them and says so', async () => {
    const { answered, answer } = answeredLater();
    const { outbox, sent, storage, progress } = outboxOver([unreachable, answered, saved(5)]);
    outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(2_000);
    const other = outboxOver([new Promise(() => {})], storage);
    other.outbox.cancel(keyOf(other.outbox));
    outbox.comeBack();
    expect(progress()).toEqual([{ type: 'cancelled' }]);
    answer(unreachable);
    await vi.advanceTimersByTimeAsync(minute);
    expect([sent.length, progress()]).toEqual([2, [{ type: 'cancelled' }]]);
  });

  test('of a page that comes back stay asked about where what was on its way fails', async () => {
    const { answered, answer } = answeredLater();
    const { outbox, sent, storage, progress } = outboxOver([unreachable, answered, saved(5)]);
    outbox.press(hit('dana'));
    await vi.advanceTimersByTimeAsync(2_000);
    storage.keep(storageName, undefined);
    outbox.comeBack();
    answer(unreachable);
    await vi.advanceTimersByTimeAsync(minute);
    expect([sent.length, progress()]).toEqual([2, [{ type: 'asked', attempted: true }]]);
  });

  test('of another page are kept and sent by one that comes back in its place', async () => {
    const { outbox, sent, storage, progress } = outboxOver([saved(5)]);
    const other = outboxOver([unreachable], storage);
    other.outbox.press(hit('dana'));
    await settled();
    outbox.comeBack();
    expect(storage.kept(storageName)).toMatchObject([{ command: hit('dana') }]);
    await settled();
    expect([sent, progress()]).toMatchObject([['again dana'], [{ type: 'saved' }]]);
  });

  test('of a character are known to wait until they are saved', async () => {
    const { outbox } = outboxOver([unreachable, saved(5)]);
    outbox.press(hit('dana'));
    await settled();
    expect([outbox.isWaitingFor('dana'), outbox.isWaitingFor('astrid')]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outbox.isWaitingFor('dana')).toBe(false);
  });

  test('of a character are not in what is shown of it until that is as new as what was stored', async () => {
    const { outbox } = outboxOver([saved(7)]);
    outbox.press(hit('dana'));
    await settled();
    expect([4, 6, 7, 8].map((shown) => outbox.isWaitingFor('dana', shown))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('that create characters get the same other ids whichever tab sends them', async () => {
    const seen: string[] = [];
    const storage = memoryStorage();
    const taken = { type: 'taken' } as const;
    const first = outboxOver([unreachable, taken, saved(0)], storage, (key) => seen.push(key));
    first.outbox.press(creation);
    await settled();
    const duplicated = outboxOver([taken, saved(0)], storage, (key) => seen.push(key));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(duplicated.progress()).toMatchObject([{ type: 'saved' }]);
    expect(seen).toHaveLength(2);
    expect(new Set(seen).size).toBe(1);
  });
});

/** An outcome that comes when the test says so. */
function answeredLater() {
  let answer = (_: Outcome): void => {};
  const answered = new Promise<Outcome>((resolve) => {
    answer = resolve;
  });
  return { answered, answer };
}
