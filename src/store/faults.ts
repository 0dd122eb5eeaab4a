/** The start-up check found that the server cannot work with the store as it is. The message is one sentence. */
export class UnusableStoreError extends Error {
  override readonly name = 'UnusableStoreError';
}

/** What kept a store from answering, as callers are told it. */
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
 * `OUTCOME_UNKNOWN` nobody knows, and the same idempotency key sent again finds out.
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

/** What a `StoreFault` tells besides its code. */
export type StoreFaultOptions = Pick<StoreFault, 'retryable'> &
  Partial<Pick<StoreFault, 'isTableMissing' | 'cause'>>;
