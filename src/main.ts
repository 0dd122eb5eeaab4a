import { randomUUID } from 'node:crypto';
import { destination, type LogFn, type Logger, pino } from 'pino';
import { type Config, problemText, readConfig } from './config.ts';
import { completeEnvironment } from './environment.ts';
import type { Caller } from './graphql/authorization.ts';
import { createRequestContext, type OperationSignals } from './graphql/context.ts';
import { createSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { subscriptionServer } from './graphql/subscriptions.ts';
import { type Authenticate, authenticateByToken, withoutAuthentication } from './http/authentication.ts';
import { createHttpServer, listen, UnusableAddressError } from './http/server.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openTable } from './open-table.ts';
import { isFailedCommit } from './store/embedded/write-guard.ts';
import { type StoreFault, UnusableStoreError } from './store/errors.ts';
import { createEventStore } from './store/event-store.ts';
import type { EventTable } from './store/event-table.ts';

/** Stream heads in the cache. A full cache takes 20 to 60 MB of heap, with keys of 36 bytes. */
const headCacheSize = 200_000;
/** From a signal until what is under way is cut: the process ends within 9 s. */
const shutdownDeadlineMs = 8_500;
/** With the second for which `/readyz` keeps its answer, it turns to 503 within 2 s. */
const pingDeadlineMs = 1_000;
/** From a failed commit to the end of the process: time for `/readyz` to turn and for answers in flight. */
const exitDelayMs = 3_000;

/**
 * Log lines are buffered for up to 50 ms or 4 KB, since one write per line costs 5 % of an append. Warnings and
 * errors flush at once; so does exit.
 */
const buffered = { sync: false, minLength: 4_096, periodicFlush: 50 };
const warning = 40;

process.on('unhandledRejection', (reason) => {
  // The embedded store has reported a failed commit itself.
  if (!isFailedCommit(reason)) throw reason;
});
completeEnvironment(process.env);
const outcome = readConfig(process.env);
if (outcome.type === 'wrong') refuseStart(problemText(outcome.problems));
else await run(outcome.config);

async function run(config: Config): Promise<void> {
  const log = await createLog(config.logLevel);
  try {
    const metrics = createMetrics();
    const onFailure = (fault: StoreFault) => exitAfterFailure(log, fault);
    const { table, where } = await openTable(config.store, onFailure, metrics.store);
    const stop = await serve(config, table, where, log, metrics);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  } catch (error) {
    if (!(error instanceof UnusableStoreError || error instanceof UnusableAddressError)) throw error;
    refuseStart(error.message);
  }
}

/** Composes the server and listens. The function that it gives stops it. */
async function serve(
  config: Config,
  table: EventTable,
  where: string,
  log: Logger,
  metrics: Metrics,
): Promise<Stop> {
  const stopped = new AbortController();
  const store = createEventStore({
    table,
    headCacheSize,
    clock: () => new Date(),
    newKey: randomUUID,
    followPollMs: config.followPollMs,
    onPollFailure: (err) => log.warn({ err }, 'Followers cannot see what other processes store'),
    stopped: stopped.signal,
  });
  const schema = createSchema();
  const { introspection, sandbox } = config;
  const reporters = { log, metrics: metrics.operations };
  const contextOf = (requestId: string, signals: OperationSignals, caller: Caller) =>
    createRequestContext({ caller, store, signals, requestId, log });
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
  log.info(`Listening on ${address}/graphql, ${where}`);
  log.flush();
  return stopOnce(log, async () => {
    setTimeout(() => server.server.closeAllConnections(), shutdownDeadlineMs).unref();
    await server.close();
    stopped.abort();
    await graphql.stop();
    await table.close();
  });
}

type Stop = (signal: NodeJS.Signals) => Promise<void>;

/** Stops at the first signal, and lets requests in flight finish. Later signals do nothing. */
function stopOnce(log: Logger, stop: () => Promise<void>): Stop {
  let isStopping = false;
  return async (signal) => {
    if (isStopping) return;
    isStopping = true;
    log.info(`${signal}: finishing requests in flight`);
    await stop();
    log.info('Stopped');
    process.exitCode = 0;
  };
}

// After a failed commit LMDB writes again only once the folder is opened anew.
function exitAfterFailure(log: Logger, fault: StoreFault): void {
  log.fatal({ err: fault }, 'The embedded store cannot write any more; the server ends, to be started again');
  setTimeout(() => process.exit(1), exitDelayMs);
}

function authentication({ auth }: Config, log: Logger): Authenticate {
  return auth.type === 'jwt' ? authenticateByToken(auth, log) : withoutAuthentication;
}

async function createLog(level: Config['logLevel']): Promise<Logger> {
  if (!process.stdout.isTTY) return pino({ level, hooks: { logMethod } }, destination(buffered));
  const { default: pretty } = await import('pino-pretty');
  return pino({ level }, pretty({ ignore: 'pid,hostname' }));
}

function logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void {
  method.apply(this, args);
  if (level >= warning) this.flush();
}

function refuseStart(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
