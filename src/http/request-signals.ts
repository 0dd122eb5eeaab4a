import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';

/** When the work for a request ends. */
export type RequestSignals = {
  /** Aborted when the time of the operation is over. */
  readonly deadline: AbortSignal;
  /** Aborted when nobody waits for the answer any more, or the time is over. */
  readonly interest: AbortSignal;
};

/**
 * The signals of a request that may take so long. Its timer ends with the answer; one of `AbortSignal.timeout`
 * would keep both signals in memory for the whole time.
 */
export function requestSignals({ raw }: FastifyReply, timeoutMs: number): RequestSignals {
  const deadline = new AbortController();
  const interest = new AbortController();
  // A request may well ask for a hundred characters at once.
  setMaxListeners(0, deadline.signal, interest.signal);
  const timer = setTimeout(() => {
    const reason = new DOMException('The time of the operation is over.', 'TimeoutError');
    deadline.abort(reason);
    interest.abort(reason);
  }, timeoutMs).unref();
  // Fastify's own `request.signal` is aborted as soon as the body is read.
  raw.once('close', () => {
    if (raw.writableFinished) clearTimeout(timer);
    else interest.abort();
  });
  return { deadline: deadline.signal, interest: interest.signal };
}
