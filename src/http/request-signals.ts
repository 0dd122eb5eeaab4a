import { type EventEmitter, setMaxListeners } from 'node:events';
import type { OperationSignals } from '../graphql/request-context.ts';

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
    if (!raw.writableFinished) return signals.endInterest();
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
  #interest: AbortController | undefined;

  get deadline(): AbortSignal {
    this.#deadline ??= takeController();
    return this.#deadline.signal;
  }

  get interest(): AbortSignal {
    this.#interest ??= takeController();
    return this.#interest.signal;
  }

  endTime(): void {
    const reason = new DOMException('The time of the operation is over.', 'TimeoutError');
    this.#deadline ??= takeController();
    this.#deadline.abort(reason);
    this.endInterest(reason);
  }

  endInterest(reason?: DOMException): void {
    this.#interest ??= takeController();
    this.#interest.abort(reason);
  }

  /** Gives back what was not aborted, for another request. */
  release(): void {
    for (const controller of [this.#deadline, this.#interest]) {
      if (controller?.signal.aborted === false && idle.length < mostIdle) idle.push(controller);
    }
    this.#deadline = undefined;
    this.#interest = undefined;
  }
}

// Whoever still listens to a controller works for a request that is answered; nobody misses that work.
const idle: AbortController[] = [];
const mostIdle = 1_000;

function takeController(): AbortController {
  const used = idle.pop();
  if (used !== undefined) return used;
  const controller = new AbortController();
  // A request may well ask for a hundred characters at once.
  setMaxListeners(0, controller.signal);
  return controller;
}
