import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry';

type RetryStrategy = Extract<DynamoDBClientConfig['retryStrategy'], { readonly retry: unknown }>;
type SdkError = Parameters<typeof isTransientError>[0];

/** Of the pause before the first retry, in milliseconds; the SDK's for DynamoDB. */
const baseDelay = 25;

/**
 * Retries a call as the SDK does by itself: by its rules for what is tried again, its pauses, and its budget of
 * retries, which the clients that share a strategy share. The SDK's own loop makes an error before each call,
 * in case it fails; the stack in it, of all that waits for the call, was 5 % of an append's CPU.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function createRetryStrategy(maxAttempts: number): RetryStrategy {
  const rules = new StandardRetryStrategy({ maxAttempts, baseDelay });
  return {
    retry: async (next, args) => {
      let token = await rules.acquireInitialRetryToken('');
      for (;;) {
        const attempts = token.getRetryCount() + 1;
        try {
          const answer = await next(args);
          rules.recordSuccess(token);
          answer.output.$metadata.attempts = attempts;
          return answer;
        } catch (error) {
          tellAttempts(error, attempts);
          const retry = rules.refreshRetryTokenForRetry(token, { errorType: errorTypeOf(error) });
          token = await retry.catch(() => Promise.reject(error));
        }
      }
    },
  };
}

// The SDK's own errors have it already, those of sockets have not.
function tellAttempts(error: unknown, attempts: number): void {
  if (isSdkError(error)) error.$metadata = { ...error.$metadata, attempts };
}

function errorTypeOf(error: unknown): 'THROTTLING' | 'TRANSIENT' | 'CLIENT_ERROR' {
  if (!isSdkError(error)) return 'CLIENT_ERROR';
  if (isThrottlingError(error)) return 'THROTTLING';
  return isTransientError(error) ? 'TRANSIENT' : 'CLIENT_ERROR';
}

// All that the SDK adds to an error is optional.
function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error;
}
