import { randomUUID } from 'node:crypto';
import type { ConsumedCapacity, DynamoDBClientResolvedConfig } from '@aws-sdk/client-dynamodb';
import {
  getRetryAfterHint,
  INVOCATION_ID_HEADER,
  isServerError,
  isThrottlingError,
  isTransientError,
  REQUEST_HEADER,
} from '@smithy/core/retry';
import { untilAborted } from '../errors.ts';
import type { StoreTelemetry } from '../telemetry.ts';
import { classOf, type Effect, faultOf, isSdkError, type SdkError } from './errors.ts';
import type { Operation } from './fast-client.ts';

/** How a call ended, all its attempts taken together. */
export type SendOutcome<Output> =
  | { readonly type: 'answered'; readonly output: Output }
  /** `effect` is `none` only if every attempt ended in an error that says so. */
  | { readonly type: 'failed'; readonly error: unknown; readonly effect: Effect };

/** Sends the input of one operation. */
export type Send<Input, Output> = (input: Input, signal: AbortSignal) => Promise<SendOutcome<Output>>;

/** What all calls of a connection have in common. */
export type SendSettings = {
  /** Decides what is tried again, and after which pause. The calls share its budget of retries. */
  readonly retryStrategy: RetryStrategy;
  /** The most attempts of a call, for a header of its requests; the strategy keeps to it by itself. */
  readonly maxAttempts: number;
  /** Counts every call when it is over. */
  readonly telemetry?: Pick<StoreTelemetry, 'databaseCalled'> | undefined;
};

/** The SDK's retry strategy: standard or adaptive, as `AWS_RETRY_MODE` says. */
export type RetryStrategy = Extract<
  Awaited<ReturnType<DynamoDBClientResolvedConfig['retryStrategy']>>,
  { readonly acquireInitialRetryToken: unknown }
>;

/** The attempts of a call so far. */
type Progress = { attempts: number; isUnderWay: boolean; effect: Effect; lastError: unknown };

/** An answer that says what it cost. */
type Metered = {
  readonly $metadata: unknown;
  readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[] | undefined;
};

/**
 * Sends a call, and tries it again by the SDK's rules: which errors, after which pause, and how often. Resolves to
 * its outcome and never rejects. Resolves at the latest when the signal aborts, also during a pause; starts no
 * attempt after that, and cuts the request under way. One round trip for each attempt.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function createSend<Input, Output extends Metered>(
  operation: Operation<Input, Output>,
  settings: SendSettings,
): Send<Input, Output> {
  return async (input, signal) => {
    const progress: Progress = { attempts: 0, isUnderWay: false, effect: 'none', lastError: undefined };
    const outcome = await untilAborted(
      tryUntilOver(operation, input, { ...settings, signal, progress }),
      signal,
      () => cutShort(progress, signal),
    );
    if (progress.attempts > 0) {
      settings.telemetry?.databaseCalled({
        operation: operation.name,
        result: outcome.type === 'answered' ? 'answered' : classOf(outcome.error).code,
        attempts: progress.attempts,
        capacityUnits: outcome.type === 'answered' ? capacityUnitsOf(outcome.output) : 0,
      });
    }
    return outcome;
  };
}

async function tryUntilOver<Input, Output>(
  operation: Operation<Input, Output>,
  input: Input,
  call: SendSettings & { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<SendOutcome<Output>> {
  const { retryStrategy, maxAttempts, signal, progress } = call;
  const invocationId = randomUUID();
  const onSent = () => {
    progress.isUnderWay = true;
  };
  let token = await retryStrategy.acquireInitialRetryToken('');
  while (!signal.aborted) {
    progress.attempts += 1;
    const headers = {
      [INVOCATION_ID_HEADER]: invocationId,
      [REQUEST_HEADER]: `attempt=${progress.attempts}; max=${maxAttempts}`,
    };
    try {
      const output = await operation.attempt(input, { headers, signal, onSent });
      retryStrategy.recordSuccess(token);
      return { type: 'answered', output };
    } catch (error) {
      if (progress.isUnderWay && classOf(error).effect === 'unknown') progress.effect = 'unknown';
      progress.isUnderWay = false;
      progress.lastError = error;
      // The strategy waits before it gives a token, and rejects if this was the last attempt.
      const retry = retryStrategy.refreshRetryTokenForRetry(token, retryErrorInfo(error));
      const next = await retry.catch(() => undefined);
      if (next === undefined) return { type: 'failed', error, effect: progress.effect };
      token = next;
    }
  }
  return cutShort(progress, signal);
}

// During a pause, the last error tells more than that the time is over.
function cutShort({ isUnderWay, effect, lastError }: Progress, signal: AbortSignal): SendOutcome<never> {
  if (isUnderWay) return { type: 'failed', error: signal.reason, effect: 'unknown' };
  return { type: 'failed', error: lastError ?? signal.reason, effect };
}

/** An error as the retry middleware of the SDK describes it to a strategy. */
function retryErrorInfo(error: unknown): Parameters<RetryStrategy['refreshRetryTokenForRetry']>[1] {
  if (!isSdkError(error)) return { errorType: 'CLIENT_ERROR' };
  const retryAfterHint = getRetryAfterHint(error.$response);
  return { error, errorType: retryErrorType(error), ...(retryAfterHint && { retryAfterHint }) };
}

function retryErrorType(error: SdkError) {
  if (isThrottlingError(error)) return 'THROTTLING';
  if (isTransientError(error)) return 'TRANSIENT';
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR';
}

// An answer about one table has one capacity, that of a batch or a transaction a list.
function capacityUnitsOf({ ConsumedCapacity = [] }: Metered): number {
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

/** The answer; throws the fault that there is instead. */
export function answerOf<Output>(sent: SendOutcome<Output>): Output {
  if (sent.type === 'answered') return sent.output;
  throw faultOf(sent.error);
}
