import { type EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFault } from './errors.ts';

const retryPauseMs = 500;

/** Resolves at the next event of this name, or when the signal aborts. */
export async function nextChange(changes: EventEmitter, name: string, signal: AbortSignal): Promise<void> {
  await once(changes, name, { signal }).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

/** The result of a read that retries retryable faults until the signal aborts; then `undefined`. */
export async function patiently<Result>(
  read: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  while (!signal.aborted) {
    try {
      return await read();
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof StoreFault && error.retryable)) throw error;
      await sleep(retryPauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

/** A poll that runs while at least one subscription needs it. */
export type Poller = {
  /** Polls from now on. The function it returns ends that, for this caller. */
  readonly start: () => () => void;
};

/**
 * A poller that waits `everyMs` between the end of a poll and the next one, so two never overlap. A failed poll
 * does not end it; `onFailure` is called for the first failure in a row. Once `stopped` aborts it polls no more,
 * whoever still needs it.
 */
export function createPoller(
  everyMs: number,
  poll: () => Promise<void>,
  onFailure: (error: unknown) => void,
  stopped?: AbortSignal,
): Poller {
  let users = 0;
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;

  async function run(): Promise<void> {
    try {
      await poll();
      isFailing = false;
    } catch (error) {
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
    schedule();
  }

  function schedule(): void {
    timer = users === 0 || stopped?.aborted ? undefined : setTimeout(() => void run(), everyMs);
  }

  stopped?.addEventListener('abort', () => clearTimeout(timer), { once: true });

  return {
    start: () => {
      users += 1;
      if (timer === undefined) schedule();
      return () => {
        users -= 1;
      };
    },
  };
}
