import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type Asked, createRequestContext } from './graphql/context.ts';
import { createSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { subscriptionServer } from './graphql/subscriptions.ts';
import { type Authenticate, authenticateByToken, withoutAuthentication } from './http/authentication.ts';
import { createHttpServer, listen } from './http/server.ts';
import type { Metrics } from './metrics.ts';
import { createEventStore } from './store/event-store.ts';
import type { EventTable } from './store/event-table.ts';

/** Stream heads in the cache. A full cache takes 20 to 60 MB of heap, with keys of 36 bytes. */
const headCacheSize = 200_000;
/** From a signal until what is under way is cut: the process ends within 9 s. */
const shutdownDeadlineMs = 8_000;
/** With the second for which `/readyz` keeps its answer, it turns to 503 within 2 s. */
const pingDeadlineMs = 1_000;

/** A server that listens. */
export type Serving = {
  readonly address: string;
  /** Lets requests in flight finish, for up to 9 s, and closes the table. */
  readonly stop: () => Promise<void>;
};

/** Composes the server over a table, and listens. Throws `UnusableAddressError`. */
export async function serve(
  config: Config,
  table: EventTable,
  log: Logger,
  metrics: Metrics,
): Promise<Serving> {
  const stopped = new AbortController();
  const store = createEventStore({
    table,
    headCacheSize,
    followPollMs: config.followPollMs,
    onPollFailure: (err) => log.warn({ err }, 'Followers cannot see what other processes store'),
    stopped: stopped.signal,
  });
  const schema = createSchema();
  const { introspection, sandbox } = config;
  const reporters = { log, metrics: metrics.operations };
  const contextOf = ({ requestId, signals, caller, countedAs }: Asked) =>
    createRequestContext({ requestId, signals, caller, countedAs, store, log });
  const graphql = createGraphqlServer({ schema, introspection, sandbox, reporters, log });
  await graphql.start();
  const server = await createHttpServer({
    graphql,
    subscriptions: subscriptionServer({ schema, introspection, contextOf, reporters }),
    contextOf,
    authenticate: authentication(config, log),
    operationTimeoutMs: config.requestTimeoutMs,
    ping: () => store.ping(AbortSignal.timeout(pingDeadlineMs)),
    corsOrigins: config.corsOrigins,
    rateLimit: config.rateLimit,
    trustedProxies: config.trustedProxies,
    offlineIde: sandbox,
    onlyLoopback: config.auth.type === 'off',
    metrics: metrics.page,
    webSocketMetrics: metrics.webSockets,
    log,
  });
  if (config.auth.type === 'unsafe-off')
    log.warn('AUTH_MODE is unsafe-off: everyone who reaches this server may do everything');
  const address = await listen(server, config.host, config.port);
  const stop = async () => {
    setTimeout(() => server.server.closeAllConnections(), shutdownDeadlineMs).unref();
    await server.close();
    stopped.abort();
    await graphql.stop();
    await table.close();
  };
  return { address, stop };
}

function authentication({ auth }: Config, log: Logger): Authenticate {
  return auth.type === 'jwt' ? authenticateByToken(auth, log) : withoutAuthentication;
}
