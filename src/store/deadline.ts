import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFault } from './faults.ts';

/** What the work comes to or, once the signal is aborted, a rejection with this fault; the work itself goes on. */
export function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
  fault: () => StoreFault,
): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(fault());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The time of an operation was over before it wrote anything. */
export function tooLate(): StoreFault {
  return new StoreFault('STORE_TIMEOUT', 'The time of the operation is over; nothing was stored.', {
    retryable: true,
  });
}

/**
 * Waits between two tries of a writer whom others were faster than: a random while that grows with the tries,
 * up to 100 ms, so that writers in step get out of it. Throws `CONTENDED` if the time is over then.
 */
export async function anotherTry(tries: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(Math.random() * Math.min(100, 2 ** tries - 1));
  if (!signal?.aborted) return;
  throw new StoreFault(
    'CONTENDED',
    'Others were faster at every try, until the time was over; nothing was stored.',
    { retryable: true },
  );
}
