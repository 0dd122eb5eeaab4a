import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFault } from '../errors.ts';
import type { StoredItem } from '../event-item.ts';
import type { InsertOutcome } from '../event-table.ts';
import type { StoreTelemetry } from '../telemetry.ts';
import { classOf, faultOf } from './errors.ts';

/** What one call that inserts items came to. `written` tells whether any attempt of it may have stored them. */
export type InsertAttempt =
  | { readonly type: 'inserted' }
  | { readonly type: 'taken'; readonly items: readonly StoredItem[]; readonly written: 'nothing' | 'unknown' }
  | { readonly type: 'failed'; readonly error: unknown; readonly written: 'nothing' | 'unknown' };

/** How items are inserted and read back; each may be called again and again. */
export type InsertCalls = {
  /** Always the same items, and as a transaction always under the same token. */
  readonly insert: (signal: AbortSignal) => Promise<InsertAttempt>;
  /** What is stored under the items' keys, strongly consistent. */
  readonly readBack: (signal: AbortSignal) => Promise<readonly StoredItem[]>;
};

const readBackBudgetMs = 2_000;
const longestPauseMs = 200;

/**
 * Inserts items until it is known what became of them. A failure that leaves it open is resolved by
 * reading the keys, on a budget of its own: our item there means stored, another's means taken, and
 * nothing there means that the same items may be tried again. Throws `OUTCOME_UNKNOWN` if that read fails
 * too, or if no time is left to try again and an earlier attempt may still arrive; every other fault means
 * that nothing was written. What came of an insert that was left open is told to `onResolved` too.
 */
export async function insertUntilKnown(
  items: readonly StoredItem[],
  calls: InsertCalls,
  signal: AbortSignal,
  onResolved?: StoreTelemetry['ambiguityResolved'],
): Promise<InsertOutcome> {
  let isAmbiguous = false;
  const insert: InsertCalls['insert'] = async (until) => {
    const attempt = await calls.insert(until);
    isAmbiguous ||= attempt.type !== 'inserted' && attempt.written === 'unknown';
    return attempt;
  };
  try {
    const outcome = await insertedUntilKnown(items, { ...calls, insert }, signal);
    if (isAmbiguous) onResolved?.(outcome.type === 'inserted' ? 'stored' : 'taken');
    return outcome;
  } catch (error) {
    if (isAmbiguous) onResolved?.('unknown');
    throw error;
  }
}

async function insertedUntilKnown(
  items: readonly StoredItem[],
  { insert, readBack }: InsertCalls,
  signal: AbortSignal,
): Promise<InsertOutcome> {
  let mayBeWritten = false;
  for (let tries = 1; ; tries += 1) {
    const attempt = await insert(signal);
    if (attempt.type === 'inserted') return attempt;
    mayBeWritten ||= attempt.written === 'unknown';
    if (attempt.type === 'taken') return mayBeWritten ? decided(items, attempt.items) : taken(attempt.items);

    const { code, retryable } = classOf(attempt.error);
    if (!mayBeWritten && code !== 'CONTENDED') throw faultOf(attempt.error);
    if (mayBeWritten) {
      const stored = await readOnOwnBudget(readBack, attempt.error);
      if (stored.length > 0) return decided(items, stored);
      const mayTryAgain = retryable || attempt.written === 'unknown';
      if (signal.aborted || !mayTryAgain) throw outcomeUnknown(attempt.error);
    }
    await pause(tries, signal);
    if (signal.aborted && !mayBeWritten) throw faultOf(attempt.error);
  }
}

// All items are stored or none is, so one of ours speaks for all of them.
function decided(items: readonly StoredItem[], stored: readonly StoredItem[]): InsertOutcome {
  const isOurs = (there: StoredItem) => items.some((item) => isSameWrite(item, there));
  return stored.some(isOurs) ? { type: 'inserted' } : taken(stored);
}

function taken(items: readonly StoredItem[]): InsertOutcome {
  return { type: 'taken', items };
}

// The same key of a caller may come twice; the time of recording tells the two appends apart.
const attributesOfOneWrite = [
  'Id',
  'Version',
  'IdempotencyKey',
  'RecordedAt',
  'CharacterName',
  'CharacterHitPoints',
  'Note',
] as const;

function isSameWrite(item: StoredItem, stored: StoredItem): boolean {
  return attributesOfOneWrite.every(
    (attribute) => item[attribute] === stored[attribute] && item[attribute] !== undefined,
  );
}

async function readOnOwnBudget(
  readBack: InsertCalls['readBack'],
  cause: unknown,
): Promise<readonly StoredItem[]> {
  const budget = AbortSignal.timeout(readBackBudgetMs);
  for (let tries = 1; ; tries += 1) {
    try {
      return await readBack(budget);
    } catch (error) {
      if (budget.aborted || !faultOf(error).retryable) {
        const message = 'Neither the insert nor the read of its keys was answered.';
        throw outcomeUnknown(new AggregateError([cause, error], message));
      }
      await pause(tries, budget);
    }
  }
}

function outcomeUnknown(cause: unknown): StoreFault {
  return new StoreFault('OUTCOME_UNKNOWN', 'Whether the events are stored could not be established.', {
    retryable: true,
    cause,
  });
}

async function pause(tries: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(longestPauseMs, 5 * 2 ** tries);
  await sleep(Math.random() * longest, undefined, { signal }).catch(() => undefined);
}
