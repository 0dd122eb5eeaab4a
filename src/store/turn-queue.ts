import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work goes on before what came in meanwhile has its turn. */
export const turnMs = 5;

/** A queue from which each turn of the event loop takes one, in the order of arrival. */
export function createTurnQueue(): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    last = last.then(() => nextTurn());
    await last;
  };
}

/** A pause between pieces of work, which waits for a turn once the work has gone on for 5 ms; all of it together. */
export function createPause(turn: () => Promise<void>): () => Promise<void> {
  let since = performance.now();
  let pausing: Promise<void> | undefined;
  const begin = () => {
    since = performance.now();
    pausing = undefined;
  };
  return async () => {
    if (performance.now() - since > turnMs) {
      pausing ??= turn().then(begin);
      await pausing;
    }
  };
}
