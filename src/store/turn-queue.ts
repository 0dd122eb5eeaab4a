import { setImmediate as nextTurn } from 'node:timers/promises';

/** A queue from which each turn of the event loop takes one, in the order of arrival. */
export function createTurnQueue(): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    last = last.then(() => nextTurn());
    await last;
  };
}
