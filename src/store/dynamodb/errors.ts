import {
  DynamoDBServiceException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import { type FaultCode, StoreFault } from '../errors.ts';

/** What a failed request did to the table: `none` if it was refused whole, `unknown` if it may have been carried out. */
export type Effect = 'none' | 'unknown';

/** What an error of one attempt means. */
export type ErrorClass = {
  readonly code: FaultCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly effect: Effect;
};

const throttled: ErrorClass = { code: 'THROTTLED', retryable: true, effect: 'none' };
const contended: ErrorClass = { code: 'CONTENDED', retryable: true, effect: 'none' };
const unreachable: ErrorClass = { code: 'STORE_UNAVAILABLE', retryable: true, effect: 'none' };
const refused: ErrorClass = { code: 'STORE_UNAVAILABLE', retryable: false, effect: 'none' };
const invalid: ErrorClass = { code: 'INTERNAL_SERVER_ERROR', retryable: false, effect: 'none' };
const unsupported: ErrorClass = { code: 'UNSUPPORTED', retryable: false, effect: 'none' };
const timedOut: ErrorClass = { code: 'STORE_TIMEOUT', retryable: true, effect: 'unknown' };
const failed: ErrorClass = { code: 'STORE_UNAVAILABLE', retryable: true, effect: 'unknown' };

/**
 * The class of every error that DynamoDB, the SDK or a socket is known to answer with, by the name of the error, the
 * code of the socket, or the reason of a cancelled transaction. The first that fits counts.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const errorClasses: Readonly<Record<string, ErrorClass>> = {
  ThrottlingException: throttled,
  ThrottlingError: throttled,
  ProvisionedThroughputExceededException: throttled,
  ProvisionedThroughputExceeded: throttled,
  RequestLimitExceeded: throttled,
  PriorRequestNotComplete: throttled,

  ConditionalCheckFailedException: contended,
  ConditionalCheckFailed: contended,
  TransactionConflictException: contended,
  TransactionConflict: contended,
  ReplicatedWriteConflictException: contended,
  // The transaction in progress is our own, sent before under the same token.
  TransactionInProgressException: { ...contended, effect: 'unknown' },

  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,

  ResourceNotFoundException: refused,
  AccessDeniedException: refused,
  UnrecognizedClientException: refused,
  InvalidSignatureException: refused,
  IncompleteSignatureException: refused,
  MissingAuthenticationTokenException: refused,
  ExpiredTokenException: refused,
  CredentialsProviderError: refused,

  ValidationException: invalid,
  ValidationError: invalid,
  SerializationException: invalid,
  ItemCollectionSizeLimitExceededException: invalid,
  UnknownOperationException: unsupported,

  TimeoutError: timedOut,
  AbortError: timedOut,

  InternalServerError: failed,
  ServiceUnavailable: failed,
  ECONNRESET: failed,
  EPIPE: failed,
  EHOSTUNREACH: failed,
  ENETUNREACH: failed,
};

/** The class of an error. One that the table does not know is judged by its HTTP status. */
export function classOf(error: unknown): ErrorClass {
  const names = namesOf(error);
  for (const [name, known] of Object.entries(errorClasses)) if (names.includes(name)) return known;
  return isSdkError(error) ? classOfStatus(error) : failed;
}

/**
 * A status from 300 to 499 is a refusal, which wrote nothing. But a 408 is sent by what waits for a request in vain,
 * and may stand between us and DynamoDB. A refusal that is no JSON is another's, such as a proxy's, and may pass.
 */
function classOfStatus(error: SdkError): ErrorClass {
  if (isThrottlingError(error)) return throttled;
  const status = error.$metadata?.httpStatusCode ?? 0;
  if (status === 408) return timedOut;
  if (status < 300 || status >= 500) return failed;
  return isTransientError(error) || error instanceof SyntaxError ? unreachable : refused;
}

/** The fault that callers above the engine get for an error. */
export function faultOf(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const { code, retryable } = classOf(error);
  const happened = error instanceof DynamoDBServiceException ? 'answered with' : 'did not answer:';
  return new StoreFault(code, `DynamoDB ${happened} ${namesOf(error).join(' ')}.`, {
    retryable,
    isTableMissing: error instanceof ResourceNotFoundException,
    cause: error,
  });
}

/** An error of a call of the SDK. What the SDK may add to an error is optional, so every error is one. */
export type SdkError = Parameters<typeof isTransientError>[0];

/** Whether the SDK's rules can judge an error. */
export function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error;
}

function namesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).flatMap(({ Code }) => (Code && Code !== 'None' ? [Code] : []));
  }
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...code, error.name];
}
