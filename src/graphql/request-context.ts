import type { Logger } from 'pino';
import type { EventStore } from '../store/event-store.ts';

/** What a resolver may use besides its arguments. One per request. */
export type RequestContext = {
  readonly store: EventStore;
  /** Names the request in the log and in masked errors. */
  readonly requestId: string;
  readonly log: Pick<Logger, 'error'>;
};
