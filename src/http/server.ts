import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { compressedAnswers } from './compressed-answers.ts';
import { drainOnClose, limitedConnections } from './connections.ts';
import { type GraphqlRouteOptions, graphqlRoute } from './graphql-route.ts';
import { loopbackHostsOnly } from './origin.ts';
import { type PagesOptions, pages } from './pages.ts';
import { createRateLimit } from './rate-limit.ts';
import { plainRefusal, refuseAs, refuseConnection } from './refusals.ts';
import { securityHeaders } from './security-headers.ts';
import { unreadAnswers } from './unread-answers.ts';
import {
  type ConnectionOptions,
  subscriptionHandler,
  type WebSocketOptions,
  webSockets,
} from './web-socket.ts';

/** What the HTTP server serves, and to whom. */
export type HttpServerOptions = Omit<GraphqlRouteOptions, 'wsHandler' | 'rateLimit'> &
  Omit<ConnectionOptions, 'rateLimit'> &
  WebSocketOptions &
  PagesOptions & {
    /** The most requests a minute of one caller; 0: no limit. */
    readonly rateLimit: number;
    /** The proxies in front that are believed who the caller is: their addresses, or how many they are. */
    readonly trustedProxies: readonly string[] | number;
    /** Whether only requests that name this machine as their host are answered. */
    readonly onlyLoopback: boolean;
  };

/** A group of 100 events with full notes fits, also with every letter as two escapes of JSON, which are 12 bytes. */
const maxBodyBytes = 3_145_728;
/** For a request to arrive whole, before it is answered with 408. */
const requestTimeoutMs = 10_000;
/** Without a byte in either direction: the time of an operation, and some more, or what a slow network needs. */
const silenceTimeoutMs = 30_000;

/** The server before it listens. `close` lets requests in flight finish. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { corsOrigins, onlyLoopback, trustedProxies, log } = options;
  const rateLimit = createRateLimit(options.rateLimit);
  const trustProxy = trustOf(trustedProxies);
  const server = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    trustProxy,
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: Math.max(silenceTimeoutMs, options.operationTimeoutMs + 5_000),
    clientErrorHandler: refuseConnection,
    // Refused by a hook instead, in the form of the route.
    return503OnClosing: false,
    // Node checks the age of a request only once it exceeds the time-out of headers, 60 s by default.
    http: {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1_000,
    },
  });
  server.setErrorHandler(refuseAs(plainRefusal, log));
  await server.register(limitedConnections, { isBehindProxy: trustProxy !== false });
  await server.register(compressedAnswers);
  await server.register(unreadAnswers, { log });
  await server.register(identifiedAnswers);
  await server.register(drainOnClose);
  await server.register(webSockets, options);
  // Before every hook that may refuse, since a page could not read the refusal otherwise. Without an allowed origin,
  // the plugin would still write two headers into each answer.
  if (corsOrigins.length > 0) {
    const exposedHeaders = ['x-request-id', 'retry-after'];
    await server.register(cors, { origin: [...corsOrigins], exposedHeaders, strictPreflight: false });
  }
  if (onlyLoopback) await server.register(loopbackHostsOnly);
  await server.register(securityHeaders);
  const wsHandler = subscriptionHandler({ ...options, rateLimit });
  await server.register(graphqlRoute, { ...options, rateLimit, wsHandler, prefix: '/graphql' });
  await server.register(pages, options);
  return server;
}

function trustOf(proxies: HttpServerOptions['trustedProxies']) {
  return typeof proxies === 'number'
    ? proxies > 0 && ((_: string, hop: number) => hop < proxies)
    : proxies.length > 0 && [...proxies];
}

/** No answer is cached unless its route says so, and each carries the id under which the log has its request. */
const identifiedAnswers = fp(async (server) => {
  server.addHook('onRequest', ({ id }, reply, done) => {
    reply.header('cache-control', 'no-store').header('x-request-id', id);
    done();
  });
});

/** The server cannot listen on its address. The message is one sentence. */
export class UnusableAddressError extends Error {
  override readonly name = 'UnusableAddressError';
}

/** Starts to listen. Gives the server's URL. Throws `UnusableAddressError`. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const reason = isAddressInUse(cause)
      ? 'something else listens there; set PORT to another one'
      : String(cause);
    throw new UnusableAddressError(`The server cannot listen on port ${port} of ${host}: ${reason}.`, {
      cause,
    });
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
