import { deadlinePassed, untilAborted } from './errors.ts';

/**
 * Runs work while it holds the locks of all its keys; work that shares a key waits, first come, first served.
 * Throws `STORE_TIMEOUT` if the signal aborts before the work begins.
 */
export type RunExclusive = <Result>(
  keys: readonly string[],
  work: () => Promise<Result>,
  signal: AbortSignal | undefined,
) => Promise<Result>;

/** A keyed mutex of this process. It only saves lost races; correctness rests on the table's conditions. */
export function createKeyedMutex(): RunExclusive {
  const lastHolders = new Map<string, Promise<unknown>>();
  return (keys, work, signal) => {
    const before = keys.map((key) => lastHolders.get(key)).filter((holder) => holder !== undefined);
    const isFree = before.length === 0 && signal?.aborted !== true;
    const result = isFree
      ? work()
      : untilAborted<unknown>(Promise.all(before), signal, () => Promise.reject(deadlinePassed())).then(work);
    const release = () => {
      for (const key of keys) if (lastHolders.get(key) === released) lastHolders.delete(key);
    };
    // Work that gave up waiting still stands in the queue, so that later work cannot overtake those before it.
    const released = isFree
      ? result.then(release, release)
      : Promise.allSettled([...before, result]).then(release);
    for (const key of keys) lastHolders.set(key, released);
    return result;
  };
}
