import DataLoader from 'dataloader';
import type { Logger } from 'pino';
import type { CharacterState } from '../character/character.ts';
import type { EventStore } from '../store/event-store.ts';
import type { Caller } from './caller.ts';
import type { RootResults } from './operation.ts';
import { authorizedStore } from './permitted-store.ts';

/**
 * When the work for an operation ends. A signal is made when it is first asked for, and not to be used after the
 * answer: the next request may have got it then.
 */
export type OperationSignals = {
  /** Aborted when the time of the operation is over. */
  readonly deadline: AbortSignal;
  /** Aborted when nobody waits for the answer any more, or the time is over: reads end, appends go on. */
  readonly clientGone: AbortSignal;
};

/** What a resolver may use besides its arguments. One per request. */
export type RequestContext = {
  readonly caller: Caller;
  /** What the caller may use of it. */
  readonly store: EventStore;
  /** The characters as they are now; all that are wanted at one time are read together. */
  readonly characters: DataLoader<string, CharacterState | undefined>;
  readonly signals: OperationSignals;
  /** Names the request in the log and in masked errors. */
  readonly requestId: string;
  readonly log: Pick<Logger, 'error'>;
  /** What the root fields were answered with so far. */
  readonly rootResults: RootResults;
};

/** The context of a request, with loaders of its own, over as much of the store as the caller may use. */
export function createRequestContext({
  caller,
  store: whole,
  signals,
  requestId,
  log,
}: Omit<RequestContext, 'characters' | 'rootResults'>): RequestContext {
  const store = authorizedStore(whole, caller);
  const characters = new DataLoader<string, CharacterState | undefined>((ids) =>
    store.characters(ids, signals.clientGone),
  );
  // Written out, since V8 is slow to spread an object here.
  return { caller, store, characters, signals, requestId, log, rootResults: {} };
}

/** Whether a query failed only because nobody waits for its answer any more. */
export function isAbandoned({ signals }: RequestContext, operation: string | undefined): boolean {
  return operation === 'query' && signals.clientGone.aborted && !signals.deadline.aborted;
}
