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

/** Between pieces of work: a promise of the next turn once it has gone on for 5 ms, until then nothing. */
export type Pause = () => Promise<void> | undefined;

/** A pause for all work that shares it. */
export function createPause(turn: () => Promise<void>): Pause {
  let since = performance.now();
  let pausing: Promise<void> | undefined;
  const begin = () => {
    since = performance.now();
    pausing = undefined;
  };
  return () => {
    if (performance.now() - since > turnMs) pausing ??= turn().then(begin);
    return pausing;
  };
}
