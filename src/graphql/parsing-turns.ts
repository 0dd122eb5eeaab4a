import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from './request-context.ts';

/**
 * Lets one new text be parsed and validated in each turn of the event loop, in the order they came. A text that
 * was valid before is not parsed again, so who sends one need not wait for many that are costly to refuse.
 */
export function parsingTurns(): ApolloServerPlugin<RequestContext> {
  let last: Promise<unknown> = Promise.resolve();
  return {
    requestDidStart: async () => ({
      parsingDidStart: async () => {
        last = last.then(() => nextTurn());
        await last;
      },
    }),
  };
}
