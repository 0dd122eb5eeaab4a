import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import { classOf } from './errors.ts';
import { cutWith } from './request-handler.ts';

/** What became of a call, all its attempts taken together. */
export type SendOutcome<Output> =
  | { readonly type: 'answered'; readonly output: Output }
  /** `written` is `nothing` only if every attempt ended in an error that says so. */
  | { readonly type: 'failed'; readonly error: unknown; readonly written: 'nothing' | 'unknown' };

/** The attempts of one call: how those ended that failed, how many are under way, and until when there may be more. */
type Attempts = { readonly errors: unknown[]; underWay: number; readonly signal: AbortSignal };

const attemptsOfInput = new WeakMap<object, Attempts>();

/**
 * Makes a client tell `send` of each attempt. The SDK retries and throws only the last error, but
 * after a response that was lost the refusal of a retry says nothing of what the first attempt did.
 *
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function recordAttempts(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const attempts = attemptsOfInput.get(args.input);
      if (attempts === undefined) return next(args);
      attempts.signal.throwIfAborted();
      cutWith(Object(args.request), attempts.signal);
      attempts.underWay += 1;
      try {
        return await next(args);
      } catch (error) {
        attempts.errors.push(error);
        throw error;
      } finally {
        attempts.underWay -= 1;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'recordAttempts' },
  );
}

/**
 * Sends a command by a client that records its attempts, and answers with what became of it; at the latest
 * when the signal is aborted, for which the SDK does not wake up between two attempts. It sends none after that.
 */
export function send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  command: $Command<Input, Output, DynamoDBClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
  signal: AbortSignal,
): Promise<SendOutcome<Output>> {
  const attempts: Attempts = { errors: [], underWay: 0, signal };
  attemptsOfInput.set(command.input, attempts);
  return new Promise((resolve) => {
    const abandon = () => resolve(abandoned(attempts));
    if (signal.aborted) return abandon();
    signal.addEventListener('abort', abandon);
    client
      .send(command)
      .then((output) => resolve({ type: 'answered', output }))
      .catch((error) => resolve(failed(attempts, error)))
      .finally(() => signal.removeEventListener('abort', abandon));
  });
}

function failed({ errors }: Attempts, error: unknown): SendOutcome<never> {
  const isAccountedFor = errors.length > 0 || hasNoCredentials(error);
  const written = isAccountedFor && haveWrittenNothing([...errors, error]) ? 'nothing' : 'unknown';
  return { type: 'failed', error, written };
}

// Between two attempts the last one tells more than that the time is over.
function abandoned({ errors, underWay, signal }: Attempts): SendOutcome<never> {
  if (underWay > 0) return { type: 'failed', error: signal.reason, written: 'unknown' };
  const written = haveWrittenNothing(errors) ? 'nothing' : 'unknown';
  return { type: 'failed', error: errors.at(-1) ?? signal.reason, written };
}

function haveWrittenNothing(errors: readonly unknown[]): boolean {
  return errors.every((error) => classOf(error).written === 'nothing');
}

// Without credentials nothing is signed, so nothing is sent: the one failure that has no attempt.
function hasNoCredentials(error: unknown): boolean {
  return error instanceof Error && error.name === 'CredentialsProviderError';
}
