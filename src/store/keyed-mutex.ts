import type { NewEvent } from '../character/event.ts';
import { deadlinePassed, untilAborted } from './errors.ts';

/**
 * Runs work under one name at a time, in the order it came; work under several names waits for all of them.
 * Throws `STORE_TIMEOUT` if the signal is aborted before its turn.
 */
export type KeyedMutex = <Result>(
  names: readonly string[],
  work: () => Promise<Result>,
  signal: AbortSignal | undefined,
) => Promise<Result>;

/** KeyedMutex within this process. They only save lost races; correctness rests on the table's conditions. */
export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return (names, work, signal) => {
    const before = names.map((name) => last.get(name)).filter((each) => each !== undefined);
    const isNext = before.length === 0 && signal?.aborted !== true;
    const result = isNext ? work() : untilAborted(Promise.all(before), signal, deadlinePassed).then(work);
    const letOthers = () => {
      for (const name of names) if (last.get(name) === done) last.delete(name);
    };
    const done = isNext
      ? result.then(letOthers, letOthers)
      : Promise.allSettled([...before, result]).then(letOthers);
    for (const name of names) last.set(name, done);
    return result;
  };
}

/** What appends wait for each other by: the character if they come without a version, and their key. */
export function lockKeysOf({ characterId, version, idempotencyKey }: NewEvent): readonly string[] {
  return [
    ...(version === undefined ? [characterId] : []),
    ...(idempotencyKey === undefined ? [] : [`${characterId}\u001f${idempotencyKey}`]),
  ];
}
