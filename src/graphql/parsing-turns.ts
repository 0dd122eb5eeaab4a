import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Lets one new text be parsed and validated in each turn of the event loop, in the order they came. A text that
 * was valid before is not parsed again, so who sends one need not wait for many that are costly to refuse.
 */
export function createParsingTurns(): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    last = last.then(() => nextTurn());
    await last;
  };
}
