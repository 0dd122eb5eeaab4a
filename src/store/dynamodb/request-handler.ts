import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * Time-outs and sockets. `requestTimeout` ends with the headers of an answer, `socketTimeout` a body that stalls;
 * both in milliseconds. Without `throwOnRequestTimeout` the SDK only warns; the clock of the connection runs
 * while a call waits for a socket, so there are as many sockets as calls at once.
 */
const settings = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  socketTimeout: 3_000,
  throwOnRequestTimeout: true,
  httpAgent: { maxSockets: 256, keepAlive: true },
  httpsAgent: { maxSockets: 256, keepAlive: true },
};

const signalOfRequest = new WeakMap<object, AbortSignal>();

/**
 * Cuts a request of the SDK when a signal is aborted. A signal among the options of a call would do the same,
 * but a call with options has its middleware resolved anew (`cacheMiddleware`).
 */
export function cutWith(request: object, signal: AbortSignal): void {
  signalOfRequest.set(request, signal);
}

/** The SDK's HTTP handler, for requests that have a signal of their own. */
export class RequestHandler extends NodeHttpHandler {
  constructor() {
    super(settings);
  }

  override handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const abortSignal = options?.abortSignal ?? signalOfRequest.get(request);
    return super.handle(request, abortSignal === undefined ? options : { ...options, abortSignal });
  }
}
