import DataLoader from 'dataloader';
import type { Logger } from 'pino';
import type { CharacterState } from '../character/character.ts';
import type { EventStore } from '../store/event-store.ts';
import type { Caller } from './caller.ts';
import { permittedStore } from './permitted-store.ts';

/** What a resolver may use besides its arguments. One per request. */
export type RequestContext = {
  readonly caller: Caller;
  /** What the caller may use of it. */
  readonly store: EventStore;
  /** The characters as they are now; all that are wanted at one time are read together. */
  readonly characters: DataLoader<string, CharacterState | undefined>;
  /** Aborted when the time of the operation is over. */
  readonly deadline: AbortSignal;
  /** Aborted when nobody waits for the answer any more, or the time is over: reads end, appends go on. */
  readonly interest: AbortSignal;
  /** Names the request in the log and in masked errors. */
  readonly requestId: string;
  readonly log: Pick<Logger, 'error'>;
};

/** The context of a request, with loaders of its own, over as much of the store as the caller may use. */
export function createRequestContext(of: Omit<RequestContext, 'characters'>): RequestContext {
  const store = permittedStore(of.store, of.caller);
  return { ...of, store, characters: new DataLoader((ids) => store.characters(ids, of.interest)) };
}
