import DataLoader from 'dataloader';
import type { Logger } from 'pino';
import type { CharacterState } from '../character/character.ts';
import type { EventStore } from '../store/event-store.ts';
import { authorizedStore, type Caller } from './authorization.ts';
import { type Answer, createAnswer } from './large-answers.ts';
import { createRootResults, type RootResults } from './telemetry.ts';

/** Say when the work for an operation should end. */
export type OperationSignals = {
  /** Aborts when the operation's time is over. */
  readonly deadline: AbortSignal;
  /** Aborts when the client has left, or the time is over. Reads end with it; appends go on. Made when first read. */
  readonly clientGone: AbortSignal;
  /** Whether reads have ended before the time was over: the client left, or has its answer. Makes no signal. */
  readonly isAbandoned: boolean;
};

/** What a resolver uses besides its arguments. One for each request and each subscription. */
export type RequestContext = {
  readonly caller: Caller;
  /** Whom the request counts for: the subject of a token, else an address. */
  readonly countedAs: () => string;
  /** The store with the caller's rights applied. */
  readonly store: EventStore;
  /** Loads characters as they are now; all loads of one turn of the event loop share a read. */
  readonly characters: DataLoader<string, CharacterState | undefined>;
  readonly signals: OperationSignals;
  /** Names the request in the log and in masked errors. */
  readonly requestId: string;
  readonly log: Pick<Logger, 'error'>;
  readonly rootResults: RootResults;
  /** What is answered so far. */
  readonly answer: Answer;
};

/** What a context is made for. */
export type Asked = Pick<RequestContext, 'requestId' | 'signals' | 'caller' | 'countedAs'>;

/** A context over as much of the store as the caller may use, with a loader of its own. */
export function createRequestContext({
  caller,
  countedAs,
  store: wholeStore,
  signals,
  requestId,
  log,
}: Omit<RequestContext, 'characters' | 'rootResults' | 'answer'>): RequestContext {
  const store = authorizedStore(wholeStore, caller);
  const characters = new DataLoader<string, CharacterState | undefined>((ids) =>
    store.characters(ids, signals.clientGone),
  );
  // Written out, since V8 is slow to spread an object here.
  const rootResults = createRootResults();
  const answer = createAnswer(signals);
  return { caller, countedAs, store, characters, signals, requestId, log, rootResults, answer };
}

/** Whether this is a query that no client waits for any more. Mutations go on without their client. */
export function isAbandoned({ signals }: RequestContext, operationType: string | undefined): boolean {
  return operationType === 'query' && signals.isAbandoned;
}
