import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from './request-context.ts';

/**
 * Keeps what went wrong inside: a fault is logged whole under the request's id, and the caller gets a fixed
 * message, a code and that id. Errors in the request itself pass as they are.
 * Apollo Server masks nothing on its own.
 *
 * @see https://www.apollographql.com/docs/apollo-server/data/errors
 */
export const errorMasking: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ errors, response, contextValue }) => {
      if (errors === undefined || response.body.kind !== 'single') return;
      const { singleResult } = response.body;
      if (singleResult.errors === undefined) return;
      singleResult.errors = singleResult.errors.map((formatted, index) =>
        publicError(formatted, errors[index], contextValue),
      );
    },
  }),
};

function publicError(
  formatted: GraphQLFormattedError,
  error: GraphQLError | undefined,
  { requestId, log }: RequestContext,
): GraphQLFormattedError {
  if (formatted.extensions?.['code'] !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR) return formatted;
  log.error(
    { requestId, path: formatted.path, err: error?.originalError ?? error },
    'A field could not be answered',
  );
  return {
    ...formatted,
    message: 'The server failed to answer. Its log says why, under this request id.',
    extensions: { code: ApolloServerErrorCode.INTERNAL_SERVER_ERROR, requestId },
  };
}
