import { type EventEmitter, getEventListeners, setMaxListeners } from 'node:events';
import type { OperationSignals } from '../graphql/context.ts';

/** The answer of a request, as much of it as tells how it ends. */
type Answer = { readonly raw: EventEmitter & { readonly writableFinished: boolean } };

/**
 * The signals of a request that may take so long. Its timer ends with the answer; one of `AbortSignal.timeout`
 * would keep both signals in memory for the whole time.
 */
export function requestSignals({ raw }: Answer, timeoutMs: number): OperationSignals {
  const signals = new LazySignals();
  const timer = setTimeout(() => signals.endTime(), timeoutMs).unref();
  // Fastify's own `request.signal` is aborted as soon as the body is read.
  raw.once('close', () => {
    if (!raw.writableFinished) return signals.endClientGone();
    clearTimeout(timer);
    signals.release();
  });
  return signals;
}

/**
 * Signals that are made when they are asked for: a mutation has no use for the one, a query none for the other,
 * and they are costly. A class, since V8 puts the getters of an object literal into the old generation at once:
 * until that is collected, they would keep the whole request in memory.
 */
class LazySignals implements OperationSignals {
  #deadline: AbortController | undefined;
  #clientGone: AbortController | undefined;

  get deadline(): AbortSignal {
    this.#deadline ??= takeController();
    return this.#deadline.signal;
  }

  get clientGone(): AbortSignal {
    this.#clientGone ??= takeController();
    return this.#clientGone.signal;
  }

  endTime(): void {
    const reason = new DOMException('The time of the operation is over.', 'TimeoutError');
    this.#deadline ??= takeController();
    this.#deadline.abort(reason);
    this.endClientGone(reason);
  }

  endClientGone(reason?: DOMException): void {
    this.#clientGone ??= takeController();
    this.#clientGone.abort(reason);
  }

  /**
   * After the answer: ends reads that nobody waits for any more, as beside a field whose error took the place of
   * all, and gives back what nobody listens to, for other requests.
   */
  release(): void {
    if (this.#deadline !== undefined) giveBack(this.#deadline);
    if (this.#clientGone !== undefined && !giveBack(this.#clientGone)) this.#clientGone.abort();
    this.#deadline = undefined;
    this.#clientGone = undefined;
  }
}

const idle: AbortController[] = [];
/** More requests at once are rare; a controller takes a kilobyte. */
const mostIdle = 1_000;

function takeController(): AbortController {
  const used = idle.pop();
  if (used !== undefined) return used;
  const controller = new AbortController();
  // A request may well ask for a hundred characters at once.
  setMaxListeners(0, controller.signal);
  return controller;
}

/** Keeps a controller for another request; answers `false` if it is aborted, or somebody listens to it. */
function giveBack(controller: AbortController): boolean {
  const { signal } = controller;
  const isFree = !signal.aborted && getEventListeners(signal, 'abort').length === 0;
  if (isFree && idle.length < mostIdle) idle.push(controller);
  return isFree;
}
