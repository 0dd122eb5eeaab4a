import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { type FaultCode, StoreFault } from '../store/errors.ts';
import { UnreadableItemError } from '../store/event-item.ts';
import type { RequestContext } from './context.ts';

/** The code of an abandoned query in logs and metrics. No client gets it. */
export const abandonedCode = 'CLIENT_GONE';

const messages: Readonly<Record<FaultCode, string>> = {
  STORE_UNAVAILABLE: 'The store is not available.',
  STORE_TIMEOUT: 'The store did not answer in time.',
  THROTTLED: 'The store takes no more requests for now.',
  CONTENDED: 'Others wrote to the same characters all the time; nothing was stored.',
  OUTCOME_UNKNOWN:
    'Whether it was stored could not be established. Send it again with the same idempotencyKey to find out; ' +
    'without one, look at the history.',
  UNSUPPORTED:
    'The engine of this store has no transactions, so it can neither append several events at once nor put ' +
    'characters away.',
  DIRECTORY_MISSING:
    'The table has no index Directory, so its characters cannot be listed: ' +
    '`npx character-events table create` adds it, `npx character-events directory backfill` fills it.',
  INTERNAL_SERVER_ERROR: 'The server failed to answer. Its log says why, under this request id.',
};

const unreadableCode = 'UNREADABLE_EVENT';

/** Names the stored item that is no event, and what was expected of it. What it holds instead is for the log alone. */
function unreadableEvent({ key, expected }: UnreadableItemError, requestId: string) {
  const { Id: characterId, Version: version } = key;
  const item = `version ${version} of ${JSON.stringify(characterId)}`;
  return {
    message: `The stored item of ${item} is no event: expected ${expected}.`,
    extensions: { code: unreadableCode, retryable: false, requestId, characterId, version, expected },
  };
}

type Fault = Pick<StoreFault, 'code' | 'retryable'>;
const unexpected: Fault = { code: 'INTERNAL_SERVER_ERROR', retryable: false };

/** The code of an error, as `extensions.code`, logs and metrics have it: its own, else that of the fault it is. */
export function codeOf(error: unknown): string {
  const code = hasExtensions(error) ? error.extensions['code'] : undefined;
  if (typeof code === 'string') return code;
  return error instanceof UnreadableItemError ? unreadableCode : faultOf(error).code;
}

/** The codes of errors, each once. */
export function codesOf(errors: readonly unknown[] = []): readonly string[] {
  return [...new Set(errors.map(codeOf))];
}

function hasExtensions(error: unknown): error is Required<Pick<GraphQLFormattedError, 'extensions'>> {
  return typeof error === 'object' && error !== null && 'extensions' in error && error.extensions != null;
}

function faultOf(error: unknown): Fault {
  return error instanceof StoreFault ? error : unexpected;
}

/**
 * Whether graphql-js found the request wrong and gave no code: it names the place in the document, or comes before any
 * field. What it finds wrong with an answer has a path alone, or the place of the whole field.
 */
function isMistakeOfCaller(error: GraphQLError | undefined): boolean {
  const cause = error?.originalError ?? error;
  if (!(cause instanceof GraphQLError)) return false;
  const place = cause.nodes?.[0]?.kind;
  return error?.path === undefined || (place !== undefined && place !== Kind.FIELD);
}

/**
 * An error as the client gets it. Errors of the request pass as they are, with a code. A fault is logged whole under the
 * request's id; the client gets a fixed message, a code, whether a retry may help, and that id. Faults of an
 * abandoned query are not logged. Apollo Server masks nothing by itself.
 *
 * @see https://www.apollographql.com/docs/apollo-server/data/errors#masking-and-logging-errors
 */
export function maskedError(
  formatted: GraphQLFormattedError,
  error: GraphQLError | undefined,
  { requestId, log }: RequestContext,
  isAbandoned: boolean,
): GraphQLFormattedError {
  if (codeOf(formatted) !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR) return shortened(formatted);
  if (isMistakeOfCaller(error)) {
    return { ...shortened(formatted), extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT } };
  }
  const cause = error?.originalError ?? error;
  if (!isAbandoned)
    log.error({ requestId, path: formatted.path, err: cause }, 'A field could not be answered');
  if (cause instanceof UnreadableItemError) return { ...formatted, ...unreadableEvent(cause, requestId) };
  const { code, retryable } = faultOf(cause);
  return { ...formatted, message: messages[code], extensions: { code, retryable, requestId } };
}

/** The message of an error may repeat all that was sent, and each of ten errors the same. */
const longestMessage = 1_000;

function shortened(error: GraphQLFormattedError): GraphQLFormattedError {
  if (error.message.length <= longestMessage) return error;
  return { ...error, message: `${error.message.slice(0, longestMessage)}…` };
}

/** A fault that is of no field, as the client gets it. */
export function maskedFault(fault: StoreFault, context: RequestContext): GraphQLFormattedError {
  const error = new GraphQLError(fault.message, { originalError: fault });
  const extensions = { code: ApolloServerErrorCode.INTERNAL_SERVER_ERROR };
  return maskedError({ message: fault.message, extensions }, error, context, false);
}

/** An error of a subscription as the client gets it: as over HTTP. */
export function maskedSubscriptionError(error: GraphQLError, context: RequestContext): GraphQLError {
  const { extensions: given, source, positions, path } = error;
  const code = ApolloServerErrorCode.INTERNAL_SERVER_ERROR;
  const formatted = { ...error.toJSON(), extensions: { code, ...given } };
  const { message, extensions } = maskedError(formatted, error, context, context.signals.clientGone.aborted);
  return new GraphQLError(message, { source, positions, path, extensions: extensions ?? {} });
}

/**
 * The error without names of the schema that a client without introspection should not learn. Validation has an
 * option for it; the errors of variables have none that Apollo Server sets.
 */
export function withoutSuggestion(error: GraphQLFormattedError): GraphQLFormattedError {
  const { message } = error;
  const suggestion = message.endsWith('?') ? message.lastIndexOf(' Did you mean ') : -1;
  return suggestion < 0 ? error : { ...error, message: message.slice(0, suggestion) };
}

/** The first of each set of equal validation errors, without graphql-js's remark that it stopped at `maxErrors`. */
export function eachOnce<ValidationError extends { readonly message: string; readonly locations?: unknown }>(
  errors: readonly ValidationError[],
): readonly ValidationError[] {
  const reported = errors.filter(({ message }) => !message.startsWith('Too many validation errors'));
  const byText = new Map(reported.map((error) => [JSON.stringify([error.message, error.locations]), error]));
  return [...byText.values()];
}
