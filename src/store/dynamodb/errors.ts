import { ResourceNotFoundException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type FaultCode, StoreFault } from '../errors.ts';

/** What an error of one attempt means. */
export type ErrorClass = {
  /** Names of errors, or codes of socket errors. */
  readonly names: readonly string[];
  readonly code: FaultCode;
  readonly retryable: boolean;
  /** `nothing`: the request was refused whole; `unknown`: it may have been carried out all the same. */
  readonly written: 'nothing' | 'unknown';
};

/**
 * Every error that DynamoDB, the SDK or a socket is known to answer with. What is not listed is `otherErrors`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const errorClasses: readonly ErrorClass[] = [
  {
    names: [
      'ThrottlingException',
      'ProvisionedThroughputExceededException',
      'RequestLimitExceeded',
      'ThrottlingError',
      'ProvisionedThroughputExceeded',
    ],
    code: 'THROTTLED',
    retryable: true,
    written: 'nothing',
  },
  {
    names: ['ConditionalCheckFailedException', 'ConditionalCheckFailed'],
    code: 'CONTENDED',
    retryable: true,
    written: 'nothing',
  },
  {
    names: ['TransactionConflictException', 'TransactionConflict'],
    code: 'CONTENDED',
    retryable: true,
    written: 'nothing',
  },
  // It is our own transaction that is in progress.
  { names: ['TransactionInProgressException'], code: 'CONTENDED', retryable: true, written: 'unknown' },
  {
    names: ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'],
    code: 'STORE_UNAVAILABLE',
    retryable: true,
    written: 'nothing',
  },
  {
    names: [
      'ResourceNotFoundException',
      'AccessDeniedException',
      'UnrecognizedClientException',
      'InvalidSignatureException',
      'IncompleteSignatureException',
      'MissingAuthenticationTokenException',
      'ExpiredTokenException',
      'CredentialsProviderError',
    ],
    code: 'STORE_UNAVAILABLE',
    retryable: false,
    written: 'nothing',
  },
  {
    names: [
      'ValidationException',
      'ValidationError',
      'SerializationException',
      'ItemCollectionSizeLimitExceededException',
    ],
    code: 'INTERNAL_SERVER_ERROR',
    retryable: false,
    written: 'nothing',
  },
  { names: ['UnknownOperationException'], code: 'UNSUPPORTED', retryable: false, written: 'nothing' },
  { names: ['TimeoutError', 'AbortError'], code: 'STORE_TIMEOUT', retryable: true, written: 'unknown' },
  {
    names: [
      'InternalServerError',
      'ServiceUnavailable',
      'ECONNRESET',
      'EPIPE',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'SyntaxError',
    ],
    code: 'STORE_UNAVAILABLE',
    retryable: true,
    written: 'unknown',
  },
];

const otherErrors: ErrorClass = { names: [], code: 'STORE_UNAVAILABLE', retryable: true, written: 'unknown' };

/** The class of an error, by its name or the code of its socket. */
export function classOf(error: unknown): ErrorClass {
  const names = namesOf(error);
  return errorClasses.find((known) => known.names.some((name) => names.includes(name))) ?? otherErrors;
}

/** The fault that callers above the engine get for an error. */
export function faultOf(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const { code, retryable } = classOf(error);
  return new StoreFault(code, `DynamoDB did not answer: ${namesOf(error).join(' ')}.`, {
    retryable,
    isTableMissing: error instanceof ResourceNotFoundException,
    cause: error,
  });
}

function namesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).flatMap(({ Code }) => (Code && Code !== 'None' ? [Code] : []));
  }
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...code, error.name];
}
