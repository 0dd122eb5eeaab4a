import { setTimeout as sleep } from 'node:timers/promises';
import { getRetryAfterHint, isThrottlingError, MAXIMUM_RETRY_DELAY, Retry } from '@smithy/core/retry';
import { backOff, outcomeUnknown } from '../errors.ts';
import { isSameWrite, type StoredItem } from '../event-item.ts';
import type { InsertOutcome } from '../event-table.ts';
import type { StoreTelemetry } from '../telemetry.ts';
import { type Effect, faultOf, isSdkError } from './errors.ts';

/** How one call that inserts items ended. `effect` says whether any attempt of it may have stored them. */
export type InsertAttempt =
  | { readonly type: 'inserted' }
  | { readonly type: 'taken'; readonly items: readonly StoredItem[]; readonly effect: Effect }
  | { readonly type: 'failed'; readonly error: unknown; readonly effect: Effect };

/** How items are inserted and read back; each may be called again and again. */
export type InsertCalls = {
  /** Always the same items, and as a transaction always under the same token. */
  readonly insert: (signal: AbortSignal) => Promise<InsertAttempt>;
  /** What is stored under the items' keys, strongly consistent. */
  readonly readBack: (signal: AbortSignal) => Promise<readonly StoredItem[]>;
};

/** A read-back has this long, whatever is left of the deadline of the insert. */
const readBackBudgetMs = 2_000;
const readBackPauses = { firstMs: 10, longestMs: 200 };

/** Of the SDK, for DynamoDB: the longest pause before the first retry. */
const baseDelayMs = 25;
/** Of the SDK: by how much `Retry-After` may lengthen a pause. */
const longestHintMs = 5_000;

/**
 * Inserts items until it is known whether they are stored. One round trip if the answer comes.
 *
 * An answer that was lost leaves an ambiguous write. It is resolved by reading the keys, on a budget of 2 s: our
 * item there means stored, another's means taken, and nothing there means that the same items may be sent again.
 * Collisions with transactions are sent again too, until the deadline.
 *
 * Throws `OUTCOME_UNKNOWN` if that read fails as well, or if the deadline has passed while an earlier attempt may
 * still arrive. Every other fault means that nothing was written. `onResolved` gets the end of an ambiguous write.
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
    isAmbiguous ||= attempt.type !== 'inserted' && attempt.effect === 'unknown';
    return attempt;
  };
  try {
    const outcome = await insertInRounds(items, { ...calls, insert }, signal);
    if (isAmbiguous) onResolved?.(outcome.type === 'inserted' ? 'stored' : 'taken');
    return outcome;
  } catch (error) {
    if (isAmbiguous) onResolved?.('unknown');
    throw error;
  }
}

async function insertInRounds(
  items: readonly StoredItem[],
  { insert, readBack }: InsertCalls,
  signal: AbortSignal,
): Promise<InsertOutcome> {
  let mayBeStored = false;
  for (let round = 0; ; round += 1) {
    const attempt = await insert(signal);
    if (attempt.type === 'inserted') return attempt;
    mayBeStored ||= attempt.effect === 'unknown';
    if (attempt.type === 'taken') return mayBeStored ? resolved(items, attempt.items) : taken(attempt.items);

    // Refused whole: believed, unless an earlier round may have stored the items. A collision may pass.
    const fault = faultOf(attempt.error);
    if (!mayBeStored && fault.code !== 'CONTENDED') throw fault;

    // Ambiguous: look. Nothing there means that the same items may be sent again, while there is time.
    if (mayBeStored) {
      const stored = await readOnOwnBudget(readBack, attempt.error);
      if (stored.length > 0) return resolved(items, stored);
      const maySendAgain = fault.retryable || attempt.effect === 'unknown';
      if (signal.aborted || !maySendAgain) throw unknownOutcome(attempt.error);
    }
    await pauseBeforeRound(round, attempt.error, signal);
    if (signal.aborted && !mayBeStored) throw fault;
  }
}

// All items are stored or none is, so one of ours speaks for all of them.
function resolved(items: readonly StoredItem[], stored: readonly StoredItem[]): InsertOutcome {
  const isOurs = (there: StoredItem) => items.some((item) => isSameWrite(item, there));
  return stored.some(isOurs) ? { type: 'inserted' } : taken(stored);
}

function taken(items: readonly StoredItem[]): InsertOutcome {
  return { type: 'taken', items };
}

async function readOnOwnBudget(
  readBack: InsertCalls['readBack'],
  cause: unknown,
): Promise<readonly StoredItem[]> {
  const budget = AbortSignal.timeout(readBackBudgetMs);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await readBack(budget);
    } catch (error) {
      if (budget.aborted || !faultOf(error).retryable) {
        const message = 'Neither the insert nor the read of its keys was answered.';
        throw unknownOutcome(new AggregateError([cause, error], message));
      }
      await backOff(attempt, readBackPauses, budget);
    }
  }
}

function unknownOutcome(cause: unknown) {
  return outcomeUnknown('Whether the events are stored could not be established.', cause);
}

/**
 * The attempts of a round are the SDK's. Between rounds the pause grows as it does between those: from 25 ms, or
 * 1 s after throttling, doubling up to 20 s, with full jitter; at least what `Retry-After` asks for, up to 5 s.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
async function pauseBeforeRound(round: number, error: unknown, signal: AbortSignal): Promise<void> {
  const firstMs = isSdkError(error) && isThrottlingError(error) ? Retry.throttlingDelay() : baseDelayMs;
  const retryAfter = isSdkError(error) ? getRetryAfterHint(error.$response) : undefined;
  const hintMs = Math.min((retryAfter?.getTime() ?? 0) - Date.now(), longestHintMs);
  await Promise.all([
    backOff(round, { firstMs, longestMs: MAXIMUM_RETRY_DELAY }, signal),
    hintMs > 0 && sleep(hintMs, undefined, { signal }).catch(() => undefined),
  ]);
}
