import type { Readable } from 'node:stream';
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

/** The SDK's HTTP handler, for requests that have a signal of their own, and with answers read whole. */
export class RequestHandler extends NodeHttpHandler {
  constructor() {
    super(settings);
  }

  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const abortSignal = options?.abortSignal ?? signalOfRequest.get(request);
    const { response } = await super.handle(
      request,
      abortSignal === undefined ? options : { ...options, abortSignal },
    );
    response.body = await bytesOf(response.body);
    return { response };
  }
}

// The SDK itself would pipe each answer into another stream.
function bytesOf(answer: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    answer.on('data', (piece: Uint8Array) => pieces.push(piece));
    answer.once('end', () => resolve(Buffer.concat(pieces)));
    answer.once('error', reject);
  });
}
