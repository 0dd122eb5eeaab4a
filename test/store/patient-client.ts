import { setTimeout as sleep } from 'node:timers/promises';
import type { NewEvent } from '../../src/character/event.ts';
import type { AppendGroupOutcome, AppendOutcome } from '../../src/store/append-outcome.ts';
import { StoreFault } from '../../src/store/errors.ts';
import type { EventStore } from '../../src/store/event-store.ts';

/** Sends an append again, under the same key, until it is answered, as a real client should. */
export function appendPatiently(
  store: EventStore,
  event: NewEvent & { readonly idempotencyKey: string },
): Promise<AppendOutcome> {
  return untilAnswered(() => store.append(event));
}

/** Sends a group again, under the same keys, until it is answered. */
export function appendGroupPatiently(
  store: EventStore,
  events: readonly (NewEvent & { readonly idempotencyKey: string })[],
): Promise<AppendGroupOutcome> {
  return untilAnswered(() => store.appendGroup(events));
}

// Every fault but OUTCOME_UNKNOWN says that nothing was stored, and then nothing may be found later.
async function untilAnswered<Answer extends AppendOutcome | AppendGroupOutcome>(
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (let mayBeStored = false; ; ) {
    try {
      const answer = await send();
      if (answer.type === 'appended' && answer.duplicate && !mayBeStored) {
        throw new Error('Expected nothing to be stored, as the faults before said, got a duplicate.');
      }
      return answer;
    } catch (error) {
      if (!(error instanceof StoreFault && error.retryable)) throw error;
      mayBeStored ||= error.code === 'OUTCOME_UNKNOWN';
      await sleep(5);
    }
  }
}
