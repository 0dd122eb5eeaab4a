import { randomUUID } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import type { Caller } from '../graphql/authorization.ts';
import type { OperationSignals, RequestContext } from '../graphql/context.ts';
import type { Connection } from '../graphql/subscriptions.ts';
import { inOperationSpan } from '../graphql/telemetry.ts';
import type { Authenticate } from './authentication.ts';
import { hostProblem, originProblem } from './callers.ts';
import { type MetricsPage, serveMetrics } from './metrics-page.ts';
import { serveOfflineIde } from './offline-ide.ts';
import { createRateLimit, limitRequests } from './rate-limit.ts';
import { requestSignals } from './request-signals.ts';
import { secureHeaders } from './security-headers.ts';
import { serveSheet } from './sheet-files.ts';
import { unauthenticated } from './unauthenticated.ts';
import { serveWebSocket } from './web-socket.ts';
import { authenticated } from './web-socket-authentication.ts';

/** What the HTTP server serves, and to whom. */
export type HttpServerOptions = {
  /** Started already. */
  readonly graphql: ApolloServer<RequestContext>;
  /** What the resolvers of the request with this id get. */
  readonly contextOf: (requestId: string, signals: OperationSignals, caller: Caller) => RequestContext;
  /** Deadline of one operation. */
  readonly operationTimeoutMs: number;
  /** Who is let in to the API. */
  readonly authenticate: Authenticate;
  /** Resolves if the store takes events now. */
  readonly ping: () => Promise<void>;
  readonly subscriptions: ServerOptions<Record<string, unknown>, Connection>;
  /** Browser origins that may call the API. */
  readonly corsOrigins: readonly string[];
  /** Whether there is an IDE at `/graphiql`. */
  readonly offlineIde: boolean;
  /** How many requests a minute a caller may send; 0 is no limit. */
  readonly rateLimit: number;
  /** Whether only requests that name this machine as their host are answered. */
  readonly onlyLoopback: boolean;
  readonly metrics: MetricsPage;
  readonly log: Logger;
};

/** A group of 100 events with full notes fits. */
const maxBodyBytes = 1_048_576;
/** For a request to arrive whole, before it is answered with 408. */
const requestTimeoutMs = 10_000;
const maxConnections = 10_000;

/**
 * The server before it listens: `/graphql`, `/livez` (the process runs) and `/readyz` (the store answers)
 * and `/metrics`. `close` lets requests in flight finish.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { graphql, contextOf, authenticate, ping, corsOrigins, onlyLoopback, log } = options;
  const secondsToWait = createRateLimit(options.rateLimit);
  const server = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    // Node looks at no request that is older than its own time-out of headers, 60 s, unless that is as short.
    http: {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 1_000,
    },
  });
  server.server.maxConnections = maxConnections;
  server.addHook('onRequest', ({ id, headers }, reply, done) => {
    reply.header('cache-control', 'no-store').header('x-request-id', id);
    const problem = onlyLoopback ? hostProblem(headers) : undefined;
    if (problem === undefined) done();
    else reply.code(403).send({ message: problem, requestId: id });
  });
  if (options.rateLimit > 0) limitRequests(server, secondsToWait);
  secureHeaders(server);
  letGoOfConnectionsOnClose(server);
  // Where none is allowed, the plugin would still write two headers into each answer.
  if (corsOrigins.length > 0) {
    await server.register(cors, { origin: [...corsOrigins], exposedHeaders: ['x-request-id'] });
  }
  await server.register(async (api) => {
    api.addHook('preHandler', ({ headers }, { raw }, done) =>
      inOperationSpan(headers, (span) => {
        if (span !== undefined) raw.once('close', () => span.end());
        done();
      }),
    );
    await api.register(fastifyApollo(graphql), {
      context: async (request, reply) => {
        const signals = requestSignals(reply, options.operationTimeoutMs);
        const outcome = await authenticate(request.headers.authorization);
        if (outcome.type !== 'known') throw unauthenticated(outcome, request.id);
        return contextOf(request.id, signals, outcome.caller);
      },
    });
  });
  server.get('/livez', async () => ({ status: 'live' }));
  server.get('/readyz', async (request, reply) => {
    try {
      await ping();
      return { status: 'ready' };
    } catch (err) {
      log.warn({ err, requestId: request.id }, 'The store does not answer');
      return reply.code(503).send({ status: 'unavailable', requestId: request.id });
    }
  });
  serveMetrics(server, options.metrics, authenticate);
  await serveSheet(server);
  if (options.offlineIde) serveOfflineIde(server);
  const subscriptions = authenticated(options.subscriptions, authenticate);
  serveWebSocket(server, subscriptions, options.metrics, secondsToWait, ({ url = '', headers }) => {
    if (url.split('?')[0] !== '/graphql') return { status: '404 Not Found', message: 'Expected /graphql.' };
    const problem = (onlyLoopback ? hostProblem(headers) : undefined) ?? originProblem(headers, corsOrigins);
    return problem === undefined ? undefined : { status: '403 Forbidden', message: problem };
  });
  return server;
}

// A connection that is kept alive would hold up the close; the last answer on it says that it ends.
function letGoOfConnectionsOnClose(server: FastifyInstance): void {
  let closing = false;
  server.addHook('preClose', async () => {
    closing = true;
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
}
