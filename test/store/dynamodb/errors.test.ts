import {
  DynamoDBServiceException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { classOf, errorClasses, faultOf } from '../../../src/store/dynamodb/errors.ts';
import { StoreFault } from '../../../src/store/errors.ts';

const serviceError = (name: string) =>
  new DynamoDBServiceException({ name, $fault: 'client', $metadata: {}, message: 'secret' });
const socketError = (code: string) => Object.assign(new Error('secret'), { code });
const cancelled = (...codes: readonly string[]) =>
  new TransactionCanceledException({
    message: 'secret',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const throttled = { code: 'THROTTLED', retryable: true, effect: 'none' };
const contended = { code: 'CONTENDED', retryable: true, effect: 'none' };
const refused = { code: 'STORE_UNAVAILABLE', retryable: false, effect: 'none' };
const unreachable = { code: 'STORE_UNAVAILABLE', retryable: true, effect: 'none' };
const wrong = { code: 'INTERNAL_SERVER_ERROR', retryable: false, effect: 'none' };
const open = { code: 'STORE_UNAVAILABLE', retryable: true, effect: 'unknown' };
const late = { code: 'STORE_TIMEOUT', retryable: true, effect: 'unknown' };

const expectations: Readonly<Record<string, object>> = {
  ThrottlingException: throttled,
  ProvisionedThroughputExceededException: throttled,
  RequestLimitExceeded: throttled,
  ThrottlingError: throttled,
  ProvisionedThroughputExceeded: throttled,
  PriorRequestNotComplete: throttled,
  ReplicatedWriteConflictException: contended,
  ConditionalCheckFailedException: contended,
  ConditionalCheckFailed: contended,
  TransactionConflictException: contended,
  TransactionConflict: contended,
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
  ValidationException: wrong,
  ValidationError: wrong,
  SerializationException: wrong,
  ItemCollectionSizeLimitExceededException: wrong,
  UnknownOperationException: { code: 'UNSUPPORTED', retryable: false, effect: 'none' },
  TimeoutError: late,
  AbortError: late,
  InternalServerError: open,
  ServiceUnavailable: open,
  ECONNRESET: open,
  EPIPE: open,
  EHOSTUNREACH: open,
  ENETUNREACH: open,
};

describe('an error', () => {
  test('of every name in the table has an expectation here', () => {
    expect(Object.keys(errorClasses).toSorted()).toEqual(Object.keys(expectations).toSorted());
  });

  test.each(Object.entries(expectations))('%s is of its class, as a name and as a code', (name, expected) => {
    for (const error of [serviceError(name), socketError(name), cancelled('None', name)]) {
      expect(classOf(error)).toMatchObject(expected);
    }
  });

  test.each([serviceError('BrandNewException'), new Error('?'), 'a string', undefined, cancelled()])(
    'of an unknown name and without a status may have written: %s',
    (error) => expect(classOf(error)).toEqual(open),
  );

  const withStatus = (httpStatusCode: number, error: object = serviceError('BrandNewException')) =>
    Object.assign(error, { $metadata: { httpStatusCode } });

  test.each([
    [301, refused],
    [400, refused],
    [403, refused],
    [413, refused],
    [499, refused],
    [408, late],
    [429, throttled],
    [200, open],
    [500, open],
    [503, open],
  ])('of an unknown name is of the class of its status %d', (status, expected) => {
    expect(classOf(withStatus(status))).toEqual(expected);
  });

  test('of an unknown name that the SDK takes for throttling or tries again was refused for now', () => {
    expect(classOf(withStatus(400, serviceError('SlowDown')))).toEqual(throttled);
    const retryable = Object.assign(serviceError('BrandNewException'), { $retryable: {} });
    expect(classOf(withStatus(400, retryable))).toEqual(unreachable);
  });

  test('of an answer that is no JSON is of the class of its status', () => {
    expect(classOf(withStatus(200, new SyntaxError('Unexpected token <')))).toEqual(open);
    expect(classOf(withStatus(403, new SyntaxError('Unexpected token <')))).toEqual(unreachable);
  });

  test.each(['TransactionInProgressException', 'TransactionConflictException', 'ThrottlingException'])(
    '%s keeps its class whatever the status',
    (name) => expect(classOf(withStatus(400, serviceError(name)))).toEqual(errorClasses[name]),
  );

  test('becomes a fault with the error as its cause', () => {
    const cause = serviceError('ThrottlingException');
    expect(faultOf(cause)).toMatchObject({ name: 'StoreFault', code: 'THROTTLED', retryable: true, cause });
  });

  test('is told as an answer where DynamoDB gave it, and as none where it did not come', () => {
    const missing = new ResourceNotFoundException({ message: '', $metadata: {} });
    expect(faultOf(missing).message).toBe('DynamoDB answered with ResourceNotFoundException.');
    expect(faultOf(cancelled('None', 'TransactionConflict')).message).toBe(
      'DynamoDB answered with TransactionConflict.',
    );
    expect(faultOf(socketError('ECONNREFUSED')).message).toBe('DynamoDB did not answer: ECONNREFUSED Error.');
  });

  test('of a missing table is a fault that says so', () => {
    const missing = new ResourceNotFoundException({ message: '', $metadata: {} });
    expect(faultOf(missing)).toMatchObject({ code: 'STORE_UNAVAILABLE', isTableMissing: true });
    expect(faultOf(serviceError('AccessDeniedException'))).toMatchObject({ isTableMissing: false });
  });

  test('that is a fault already stays the same', () => {
    const fault = new StoreFault('OUTCOME_UNKNOWN', 'open', { retryable: true });
    expect(faultOf(fault)).toBe(fault);
  });
});
