import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { HttpResponse } from '@smithy/core/protocols';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type InsertAttempt, insertUntilKnown } from '../../../src/store/dynamodb/ambiguous-write.ts';
import type { StoredItem } from '../../../src/store/event-item.ts';
import { goItem, wizardItems } from '../../party.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const [ours] = wizardItems([8]);
const theirs = goItem('wizard', 0, 1);
const named = (name: string) =>
  new DynamoDBServiceException({ name, $fault: 'server', $metadata: {}, message: '' });
const failed = (name: string, effect: 'none' | 'unknown'): InsertAttempt => ({
  type: 'failed',
  error: named(name),
  effect,
});

/** Inserts with these answers of the engine, one after the other; the last one again and again. With the fifth the time is over. */
async function insertWith(attempts: readonly InsertAttempt[], stored: readonly StoredItem[] | Error) {
  const time = new AbortController();
  let inserts = 0;
  const calls = {
    insert: async () => {
      const attempt = attempts[Math.min(inserts++, attempts.length - 1)] as InsertAttempt;
      if (inserts === 5) time.abort();
      return attempt;
    },
    readBack: async () => {
      if (stored instanceof Error) throw stored;
      return stored;
    },
  };
  const outcome = await insertUntilKnown([ours as StoredItem], calls, time.signal).catch((error) => error);
  return { outcome, inserts };
}

describe('an insert', () => {
  const inserted = { type: 'inserted' };

  test('whose answer was lost is stored if our item is there', async () => {
    expect(await insertWith([failed('TimeoutError', 'unknown')], [ours as StoredItem])).toEqual({
      outcome: inserted,
      inserts: 1,
    });
  });

  test('whose answer was lost is taken if the item of another is there', async () => {
    const { outcome } = await insertWith([failed('TimeoutError', 'unknown')], [theirs]);
    expect(outcome).toEqual({ type: 'taken', items: [theirs] });
  });

  test('whose answer was lost is tried again if nothing is there', async () => {
    const attempts: InsertAttempt[] = [failed('InternalServerError', 'unknown'), { type: 'inserted' }];
    expect(await insertWith(attempts, [])).toEqual({ outcome: inserted, inserts: 2 });
  });

  test('is ours that is found in the way after an answer was lost', async () => {
    const attempts: InsertAttempt[] = [{ type: 'taken', items: [ours as StoredItem], effect: 'unknown' }];
    expect((await insertWith(attempts, [])).outcome).toEqual(inserted);
  });

  test('is not ours that was in the way from the start: a caller may send one key to two processes', async () => {
    const attempts: InsertAttempt[] = [{ type: 'taken', items: [ours as StoredItem], effect: 'none' }];
    expect((await insertWith(attempts, [])).outcome).toEqual({ type: 'taken', items: [ours] });
  });

  test.each(['RecordedAt', 'IdempotencyKey', 'Version', 'Id', 'CharacterName', 'CharacterHitPoints', 'Note'])(
    'is not ours with another %s',
    async (attribute) => {
      const other = { ...(ours as StoredItem), [attribute]: 'another' };
      const { outcome } = await insertWith([failed('TimeoutError', 'unknown')], [other]);
      expect(outcome).toMatchObject({ type: 'taken' });
    },
  );

  test('that was refused whole is a fault at once', async () => {
    const { outcome, inserts } = await insertWith([failed('ThrottlingException', 'none')], []);
    expect(outcome).toMatchObject({ name: 'StoreFault', code: 'THROTTLED' });
    expect(inserts).toBe(1);
  });

  test('that collides with transactions is tried again until the time is over', async () => {
    const { outcome, inserts } = await insertWith([failed('TransactionConflictException', 'none')], []);
    expect(outcome).toMatchObject({ code: 'CONTENDED' });
    expect(inserts).toBe(5);
  });

  test('that was refused after an answer was lost is not believed to be refused', async () => {
    const attempts = [failed('TimeoutError', 'unknown'), failed('ThrottlingException', 'none')];
    const { outcome, inserts } = await insertWith(attempts, []);
    expect(outcome).toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: true });
    expect(inserts).toBe(5);
  });

  test('that no read can clear up is of unknown outcome', async () => {
    const { outcome } = await insertWith([failed('TimeoutError', 'unknown')], named('AccessDeniedException'));
    expect(outcome).toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: { name: 'AggregateError' } });
  });

  /**
   * When so many inserts that are never answered are sent, in milliseconds after the first one, and how many of them
   * before a timer of 400 ms that begins with it: that order stays however long this process is held up.
   */
  async function insertTimes(errors: readonly Error[], jitter: number, count: number) {
    vi.spyOn(Math, 'random').mockReturnValue(jitter);
    const time = new AbortController();
    const times: number[] = [];
    let soon = 0;
    const timer = setTimeout(() => {
      soon = times.length;
    }, 400);
    const insert = async (): Promise<InsertAttempt> => {
      times.push(performance.now());
      if (times.length === count) time.abort();
      const error = errors[Math.min(times.length, errors.length) - 1];
      return { type: 'failed', error, effect: 'unknown' };
    };
    const calls = { insert, readBack: async () => [] };
    await insertUntilKnown([ours as StoredItem], calls, time.signal).catch(() => {});
    clearTimeout(timer);
    return { times: times.map((at) => Math.round(at - (times[0] ?? 0))), soon };
  }

  test('is sent again after pauses that double', async () => {
    const { times } = await insertTimes([named('TimeoutError')], 0.999, 6);
    const pauses = times.slice(1).map((time, round) => time - (times[round] ?? 0));
    expect(pauses).toHaveLength(5);
    for (const [round, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(23 * 2 ** round);
  });

  test('waits as long after throttling as the SDK does', async () => {
    const errors = [named('TimeoutError'), named('ThrottlingException')];
    const { times, soon } = await insertTimes(errors, 0.5, 3);
    expect(soon).toBe(2);
    const [, second = 0, third = 0] = times;
    expect(third - second).toBeGreaterThanOrEqual(990);
  });

  test('waits as long as Retry-After says', async () => {
    const $response = new HttpResponse({ statusCode: 503, headers: { 'retry-after': '0.4' } });
    const unavailable = Object.assign(named('ServiceUnavailable'), { $response });
    const { times } = await insertTimes([unavailable], 0, 2);
    expect(times[1]).toBeGreaterThanOrEqual(390);
  });

  test('is read back again while that read only stumbles', async () => {
    let reads = 0;
    const outcome = await insertUntilKnown(
      [ours as StoredItem],
      {
        insert: async () => failed('TimeoutError', 'unknown'),
        readBack: async () => {
          reads += 1;
          if (reads < 3) throw named('InternalServerError');
          return [ours as StoredItem];
        },
      },
      AbortSignal.abort(),
    );
    expect(outcome).toEqual(inserted);
  });

  test('passes on an error that the SDK throws for a failed condition without an item', async () => {
    const error = new ConditionalCheckFailedException({ message: '', $metadata: {} });
    const { outcome } = await insertWith([{ type: 'failed', error, effect: 'none' }], []);
    expect(outcome).toMatchObject({ code: 'CONTENDED', cause: error });
  });
});
