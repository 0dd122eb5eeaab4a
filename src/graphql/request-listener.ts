import type { ApolloServerPlugin } from '@apollo/server';
import { hideSuggestions, maskErrors } from './error-masking.ts';
import { type OperationTargets, tellOfAnswer } from './operation-log.ts';
import { createParsingTurns } from './parsing-turns.ts';
import type { RequestContext } from './request-context.ts';
import { setStatus } from './response-status.ts';
import { refuseSubscription } from './subscriptions.ts';

/**
 * What is done with each query and mutation besides resolving it, in this order. One listener for all of it:
 * Apollo Server waits for every listener at each step of a request, also for those that do nothing there.
 *
 * @see https://www.apollographql.com/docs/apollo-server/integrations/plugins
 */
export function requestListener(
  targets: OperationTargets,
  introspection: boolean,
): ApolloServerPlugin<RequestContext> {
  const parsingTurn = createParsingTurns();
  return {
    requestDidStart: async () => {
      const start = performance.now();
      return {
        parsingDidStart: parsingTurn,
        didResolveOperation: async ({ operation }) => refuseSubscription(operation),
        willSendResponse: async (answered) => {
          if (!introspection) hideSuggestions(answered);
          maskErrors(answered);
          tellOfAnswer(targets, performance.now() - start, answered);
          setStatus(answered);
        },
      };
    },
  };
}
