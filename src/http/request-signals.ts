import { setMaxListeners } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { OperationSignals } from '../graphql/request-context.ts';

/**
 * The signals of a request that may take so long. Its timer ends with the answer; one of `AbortSignal.timeout`
 * would keep both signals in memory for the whole time.
 */
export function requestSignals({ raw }: FastifyReply, timeoutMs: number): OperationSignals {
  const deadline = lazyController();
  const interest = lazyController();
  const timer = setTimeout(() => {
    const reason = new DOMException('The time of the operation is over.', 'TimeoutError');
    deadline().abort(reason);
    interest().abort(reason);
  }, timeoutMs).unref();
  // Fastify's own `request.signal` is aborted as soon as the body is read.
  raw.once('close', () => {
    if (raw.writableFinished) clearTimeout(timer);
    else interest().abort();
  });
  return {
    get deadline() {
      return deadline().signal;
    },
    get interest() {
      return interest().signal;
    },
  };
}

// A mutation has no use for the one, a query none for the other, and they are costly to make.
function lazyController(): () => AbortController {
  let controller: AbortController | undefined;
  return () => {
    if (controller !== undefined) return controller;
    controller = new AbortController();
    // A request may well ask for a hundred characters at once.
    setMaxListeners(0, controller.signal);
    return controller;
  };
}
