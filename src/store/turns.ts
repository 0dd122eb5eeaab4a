import { tooLate, untilAborted } from './deadline.ts';

/**
 * Runs work on one character at a time, in the order it came; work on several characters waits for all of
 * them. Throws `STORE_TIMEOUT` if the signal is aborted before its turn.
 */
export type Turns = <Result>(
  characterIds: readonly string[],
  work: () => Promise<Result>,
  signal: AbortSignal | undefined,
) => Promise<Result>;

/** Turns within this process. They only save lost races; correctness rests on the table's conditions. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (characterIds, work, signal) => {
    const before = Promise.all(characterIds.map((id) => last.get(id)));
    const result = untilAborted(before, signal, tooLate).then(work);
    const done = Promise.allSettled([before, result]);
    for (const id of characterIds) last.set(id, done);
    void done.then(() => {
      for (const id of characterIds) if (last.get(id) === done) last.delete(id);
    });
    return result;
  };
}
