import { UndiciHttpHandler } from '@smithy/undici-http-handler';

/**
 * `headersTimeout` ends with the headers of an answer, `bodyTimeout` one that stalls; both in milliseconds.
 * There are as many sockets as calls at once: the time of a call that waits for one would run out unseen.
 *
 * @see https://undici.nodejs.org/#/docs/api/Client?id=parameter-clientoptions
 */
const sockets = { connections: 256, connect: { timeout: 1_000 }, headersTimeout: 2_000, bodyTimeout: 3_000 };

const signalOfRequest = new WeakMap<object, AbortSignal>();

/**
 * Cuts a request of the SDK when a signal is aborted. A signal among the options of a call would do the same,
 * but a call with options has its middleware resolved anew (`cacheMiddleware`).
 */
export function cutWith(request: object, signal: AbortSignal): void {
  signalOfRequest.set(request, signal);
}

/** The SDK's HTTP handler over undici, for requests with a signal of their own and answers read whole. */
export class RequestHandler extends UndiciHttpHandler {
  constructor() {
    super({ dispatcher: sockets });
  }

  override async handle(...[request, options]: Parameters<UndiciHttpHandler['handle']>) {
    const abortSignal = options?.abortSignal ?? signalOfRequest.get(request);
    const { response } = await super.handle(request, { ...options, ...(abortSignal ? { abortSignal } : {}) });
    response.body = await response.body.bytes().catch(failAsBeforeTheBody);
    return { response };
  }
}

const namesOfRetried = new Map([
  ['UND_ERR_BODY_TIMEOUT', 'TimeoutError'],
  ['UND_ERR_SOCKET', 'RequestTimeout'],
]);

// The SDK knows by their names which errors it tries again; the handler names only those before the body.
function failAsBeforeTheBody(error: Error & { readonly code?: string }): never {
  throw Object.assign(error, { name: namesOfRetried.get(error.code ?? '') ?? error.name });
}
