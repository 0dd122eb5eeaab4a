import { type EventEmitter, getEventListeners, setMaxListeners } from 'node:events';
import type { OperationSignals } from '../graphql/context.ts';

/** As much of a reply as shows how it ends. */
type Reply = { readonly raw: EventEmitter & { readonly writableFinished: boolean } };

/**
 * The signals of a request whose operation may take `timeoutMs`. The timer ends with the response;
 * `AbortSignal.timeout` would keep both signals in memory for all of that time.
 */
export function requestSignals({ raw }: Reply, timeoutMs: number): OperationSignals {
  const signals = new LazySignals();
  const timer = setTimeout(() => signals.timeOut(), timeoutMs).unref();
  // Fastify's own `request.signal` aborts as soon as the body is read.
  raw.once('close', () => {
    clearTimeout(timer);
    if (raw.writableFinished) signals.endReads();
    else signals.leave();
  });
  return signals;
}

/** Of reads that still run after the response; made once, since a DOMException collects a stack. */
const answered = new DOMException('The request is answered.', 'AbortError');

/**
 * Signals that are made when they are first read: they are costly, a mutation does not use the one and a query not
 * the other. A class, since V8 puts the getters of an object literal into the old generation at once: until that
 * is collected, they would keep the whole request in memory.
 */
class LazySignals implements OperationSignals {
  #deadline: AbortController | undefined;
  #clientGone: AbortController | undefined;

  get deadline(): AbortSignal {
    this.#deadline ??= createController();
    return this.#deadline.signal;
  }

  get clientGone(): AbortSignal {
    this.#clientGone ??= createController();
    return this.#clientGone.signal;
  }

  get isAbandoned(): boolean {
    return this.#clientGone?.signal.aborted === true && this.#deadline?.signal.aborted !== true;
  }

  timeOut(): void {
    const reason = new DOMException('The time of the operation is over.', 'TimeoutError');
    this.#deadline ??= createController();
    this.#deadline.abort(reason);
    this.leave(reason);
  }

  leave(reason?: DOMException): void {
    this.#clientGone ??= createController();
    this.#clientGone.abort(reason);
  }

  /**
   * Call once the response is sent: aborts reads that still run, siblings of a field whose error nulled the
   * response. Without a listener no read runs, and an abort would cost more than the question.
   */
  endReads(): void {
    const reads = this.#clientGone;
    if (reads !== undefined && getEventListeners(reads.signal, 'abort').length > 0) reads.abort(answered);
  }
}

function createController(): AbortController {
  const controller = new AbortController();
  // A page of an answer may start a read for each of its hundred characters.
  setMaxListeners(0, controller.signal);
  return controller;
}
