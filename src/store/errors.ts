import { setTimeout as sleep } from 'node:timers/promises';

/** The start-up check found that the server cannot work with the store as it is. The message is one sentence. */
export class UnusableStoreError extends Error {
  override readonly name = 'UnusableStoreError';
}

/** What kept a store from answering, as callers see it in `extensions.code`. */
export type FaultCode =
  | 'STORE_UNAVAILABLE'
  | 'STORE_TIMEOUT'
  | 'THROTTLED'
  /** Tries were used up under a race; nothing was stored. */
  | 'CONTENDED'
  /** Whether an append was stored could not be established. */
  | 'OUTCOME_UNKNOWN'
  /** The engine cannot do what was asked. */
  | 'UNSUPPORTED'
  /** The table has no directory of its characters. */
  | 'DIRECTORY_MISSING'
  | 'INTERNAL_SERVER_ERROR';

/**
 * The store could not answer. For an append it means that nothing was stored, with one exception: after
 * `OUTCOME_UNKNOWN` the event may be stored, and the same idempotency key sent again finds out.
 */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly code: FaultCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Whether there is no table at all: nothing that was read from it before can be relied on. */
  readonly isTableMissing: boolean;

  constructor(code: FaultCode, message: string, options: StoreFaultOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.isTableMissing = options.isTableMissing ?? false;
  }
}

/** What a `StoreFault` carries besides its code. */
export type StoreFaultOptions = Pick<StoreFault, 'retryable'> &
  Partial<Pick<StoreFault, 'isTableMissing' | 'cause'>>;

/** `STORE_TIMEOUT`: the deadline passed before anything was written. */
export function deadlinePassed(): StoreFault {
  return new StoreFault('STORE_TIMEOUT', 'The time of the operation is over; nothing was stored.', {
    retryable: true,
  });
}

/** `CONTENDED`: other writers won every round until the deadline, or the stream was replaced; nothing was written. */
export function contended(message: string): StoreFault {
  return new StoreFault('CONTENDED', `${message}; nothing was stored.`, { retryable: true });
}

/** `OUTCOME_UNKNOWN`: a write was sent, and neither its answer nor a read could tell whether it is stored. */
export function outcomeUnknown(message: string, cause?: unknown): StoreFault {
  return new StoreFault('OUTCOME_UNKNOWN', message, { retryable: true, cause });
}

/** A character is to move in the directory and its history does not begin at version 0; nothing was written. */
export function noFirstEvent(cause?: unknown): StoreFault {
  const message = 'A character without version 0 cannot be put away: `verify` tells what is missing.';
  return new StoreFault('INTERNAL_SERVER_ERROR', message, { retryable: false, cause });
}

/** The result of the work, or that of `onAbort` as soon as the signal aborts. The work itself is not stopped. */
export function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
  onAbort: () => Result | Promise<Result>,
): Promise<Result> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => resolve(onAbort());
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** How long a back-off lasts, in milliseconds: at most `firstMs` before the first retry, doubling up to `longestMs`. */
export type BackOffBounds = { readonly firstMs: number; readonly longestMs: number };

/**
 * Waits before retry number `attempt` (counted from 0): a random time up to the exponential bound, "full
 * jitter", so that writers in step get out of step. Resolves early, and never rejects, when the signal aborts.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function backOff(
  attempt: number,
  { firstMs, longestMs }: BackOffBounds,
  signal: AbortSignal | undefined,
): Promise<void> {
  const boundMs = Math.min(longestMs, firstMs * 2 ** attempt);
  await sleep(Math.random() * boundMs, undefined, signal && { signal }).catch(() => undefined);
}
