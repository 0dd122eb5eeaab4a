import { type EventEmitter, getEventListeners, setMaxListeners } from 'node:events';
import type { OperationSignals } from '../graphql/context.ts';

/** As much of a reply as shows how it ends. */
type Reply = {
  readonly raw: EventEmitter & { readonly closed: boolean; readonly writableFinished: boolean };
};

/** Operations that begin within this time share one deadline, that of the first. */
const sharedForMs = 50;

/**
 * Gives the signals of requests whose operations may take `timeoutMs`, or up to 50 ms less: a signal and a timer for
 * each request cost a twentieth of an append's CPU. To do without, make an `AbortSignal.timeout` for each request.
 */
export function createRequestSignals(timeoutMs: number): (reply: Reply) => OperationSignals {
  let deadline = AbortSignal.timeout(timeoutMs);
  let sharedUntil = 0;
  return (reply) => {
    const now = performance.now();
    if (now >= sharedUntil) {
      deadline = AbortSignal.timeout(timeoutMs);
      setMaxListeners(0, deadline);
      sharedUntil = now + Math.min(sharedForMs, timeoutMs / 2);
    }
    return new RequestSignals(reply, deadline);
  };
}

/** Of reads that still run after the response; made once, since a DOMException collects a stack. */
const answered = new DOMException('The request is answered.', 'AbortError');

/**
 * Makes `clientGone` when it is first read, since it is costly and a mutation does not use it. A class, since V8 puts
 * the getters of an object literal into the old generation at once: until that is collected, they would keep the
 * whole request in memory.
 */
class RequestSignals implements OperationSignals {
  readonly deadline: AbortSignal;
  readonly #raw: Reply['raw'];
  #clientGone: AbortSignal | undefined;

  constructor({ raw }: Reply, deadline: AbortSignal) {
    this.deadline = deadline;
    this.#raw = raw;
  }

  get clientGone(): AbortSignal {
    this.#clientGone ??= endOfReads(this.#raw, this.deadline);
    return this.#clientGone;
  }

  get isAbandoned(): boolean {
    return this.#raw.closed && !this.deadline.aborted;
  }
}

/** Aborts with the deadline, and once the response is closed if a read still waits or it was not sent whole. */
function endOfReads(raw: Reply['raw'], deadline: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  // A page of an answer may start a read for each of its hundred characters.
  setMaxListeners(0, signal);
  const end = () => controller.abort(deadline.reason);
  const close = () => {
    deadline.removeEventListener('abort', end);
    if (!raw.writableFinished) controller.abort();
    // A field whose error nulled the response may have siblings that still read. Without any, an abort would cost
    // more than the question.
    else if (getEventListeners(signal, 'abort').length > 0) controller.abort(answered);
  };
  if (deadline.aborted) end();
  else if (raw.closed) close();
  else {
    deadline.addEventListener('abort', end);
    raw.once('close', close);
  }
  return signal;
}
