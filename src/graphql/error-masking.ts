import type { GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type FaultCode, StoreFault } from '../store/errors.ts';
import { eachOnce } from './limits.ts';
import { isAbandoned, type RequestContext } from './request-context.ts';

/**
 * Keeps what went wrong inside: a fault is logged whole under the request's id, and the caller gets a fixed
 * message, a code, whether trying again may help, and that id. Errors in the request itself pass as they are.
 * Apollo Server masks nothing on its own.
 *
 * @see https://www.apollographql.com/docs/apollo-server/data/errors
 */
export function maskErrors({
  errors,
  response: { body },
  contextValue,
  operation,
}: GraphQLRequestContextWillSendResponse<RequestContext>): void {
  if (errors === undefined || body.kind !== 'single' || body.singleResult.errors === undefined) return;
  const isInVain = isAbandoned(contextValue, operation?.operation);
  const told = body.singleResult.errors.map((formatted, index) =>
    publicError(formatted, errors[index], contextValue, isInVain),
  );
  body.singleResult.errors = operation == null ? eachOnce(told) : told;
}

/** Keeps names of the schema out of errors in variables; graphql-js has an option for it that Apollo Server cannot set. */
export function hideSuggestions({
  response: { body },
}: GraphQLRequestContextWillSendResponse<RequestContext>): void {
  if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
  body.singleResult.errors = body.singleResult.errors.map((error) => ({
    ...error,
    message: error.message.replace(/ Did you mean .*\?$/, ''),
  }));
}

/** An error of an event that a subscription sends, in the form that a request's errors have. */
export function maskedError(error: GraphQLError, context: RequestContext): GraphQLError {
  const { originalError, extensions: given } = error;
  const code =
    originalError === undefined || originalError instanceof GraphQLError
      ? ApolloServerErrorCode.BAD_USER_INPUT
      : ApolloServerErrorCode.INTERNAL_SERVER_ERROR;
  const formatted = { ...error.toJSON(), extensions: { code, ...given } };
  const { message, extensions } = publicError(formatted, error, context, context.signals.clientGone.aborted);
  const { source, positions, path } = error;
  return new GraphQLError(message, { source, positions, path, extensions: extensions ?? {} });
}

const messages: Readonly<Record<FaultCode, string>> = {
  STORE_UNAVAILABLE: 'The store is not available.',
  STORE_TIMEOUT: 'The store did not answer in time.',
  THROTTLED: 'The store takes no more requests for now.',
  CONTENDED: 'Others wrote to the same characters all the time; nothing was stored.',
  OUTCOME_UNKNOWN:
    'Whether it was stored could not be established. Send it again with the same idempotencyKey to find out; ' +
    'without one, look at the history.',
  UNSUPPORTED: 'The engine of this store has no transactions, so it cannot append several events at once.',
  DIRECTORY_MISSING:
    'The table has no index Directory, so its characters cannot be listed: ' +
    '`npx character-events table create` adds it, `npx character-events directory backfill` fills it.',
  INTERNAL_SERVER_ERROR: 'The server failed to answer. Its log says why, under this request id.',
};

function publicError(
  formatted: GraphQLFormattedError,
  error: GraphQLError | undefined,
  { requestId, log }: RequestContext,
  isInVain: boolean,
): GraphQLFormattedError {
  if (formatted.extensions?.['code'] !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR) return formatted;
  const cause = error?.originalError ?? error;
  if (!isInVain) log.error({ requestId, path: formatted.path, err: cause }, 'A field could not be answered');
  const { code, retryable } =
    cause instanceof StoreFault ? cause : ({ code: 'INTERNAL_SERVER_ERROR', retryable: false } as const);
  return { ...formatted, message: messages[code], extensions: { code, retryable, requestId } };
}
