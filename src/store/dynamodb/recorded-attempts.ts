import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { classOf } from './error-classes.ts';

/** What became of a call, all its attempts taken together. */
export type SendOutcome<Output> =
  | { readonly type: 'answered'; readonly output: Output }
  /** `written` is `nothing` only if every attempt ended in an error that says so. */
  | { readonly type: 'failed'; readonly error: unknown; readonly written: 'nothing' | 'unknown' };

const errorsOfThisCall = new AsyncLocalStorage<unknown[]>();

/**
 * Makes a client tell `recordedSend` the error of each attempt. The SDK retries and throws only the last
 * one, but after a response that was lost the refusal of a retry says nothing of what the first one did.
 *
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function recordAttempts(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        errorsOfThisCall.getStore()?.push(error);
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'recordAttempts' },
  );
}

/** Sends a call of a client that records its attempts, and answers with what became of it. */
export async function recordedSend<Output>(send: () => Promise<Output>): Promise<SendOutcome<Output>> {
  const errors: unknown[] = [];
  try {
    return { type: 'answered', output: await errorsOfThisCall.run(errors, send) };
  } catch (error) {
    const isAccountedFor = errors.length > 0 || hasNoCredentials(error);
    const allRefused = [...errors, error].every((each) => classOf(each).written === 'nothing');
    return { type: 'failed', error, written: isAccountedFor && allRefused ? 'nothing' : 'unknown' };
  }
}

// Without credentials nothing is signed, so nothing is sent: the one failure that has no attempt.
function hasNoCredentials(error: unknown): boolean {
  return error instanceof Error && error.name === 'CredentialsProviderError';
}
