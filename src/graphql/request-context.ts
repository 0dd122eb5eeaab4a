import type { Logger } from 'pino';
import type { EventStore } from '../store/event-store.ts';

/** What a resolver may use besides its arguments. One per request. */
export type RequestContext = {
  readonly store: EventStore;
  /** Aborted when the time of the operation is over. */
  readonly deadline: AbortSignal;
  /** Aborted when nobody waits for the answer any more, or the time is over: reads end, appends go on. */
  readonly interest: AbortSignal;
  /** Names the request in the log and in masked errors. */
  readonly requestId: string;
  readonly log: Pick<Logger, 'error'>;
};
