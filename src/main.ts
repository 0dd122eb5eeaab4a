import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { destination, type LogFn, type Logger, pino } from 'pino';
import { type Config, type ConfigProblem, readConfig } from './config.ts';
import type { Caller } from './graphql/authorization.ts';
import { createRequestContext, type OperationSignals } from './graphql/context.ts';
import { createSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { subscriptionServer } from './graphql/subscriptions.ts';
import { type Authenticate, authenticateByToken, authenticateNobody } from './http/authentication.ts';
import { createHttpServer } from './http/http-server.ts';
import { listen, UnusableAddressError } from './http/listen.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openTable } from './open-table.ts';
import { type StoreFault, UnusableStoreError } from './store/errors.ts';
import { createEventStore } from './store/event-store.ts';
import type { EventTable } from './store/event-table.ts';

/** 20 to 60 MB of heap when it is full, with keys of 36 bytes. */
const headCacheSize = 200_000;
const shutdownDeadlineMs = 9_000;
/** So that `/readyz` says no within 2 s. */
const pingDeadlineMs = 1_500;
/** Between a commit that failed and the end of the process, for `/readyz` and the answers in flight. */
const lastWordsMs = 3_000;

/**
 * A write of its own for the line of each operation would be a twentieth of it: lines wait up to 50 ms for each
 * other, or for a warning or worse. What waits when the process exits is written then.
 */
const linesTogether = { sync: false, minLength: 4_096, periodicFlush: 50 };
const warning = 40;

if (existsSync('.env')) process.loadEnvFile();
const outcome = readConfig(process.env);
if (outcome.type === 'wrong') refuseStart(problemList(outcome.problems));
else await run(outcome.config);

async function run(config: Config): Promise<void> {
  const log = await createLog(config.logLevel);
  try {
    const metrics = createMetrics();
    const onFailure = (fault: StoreFault) => endAfterFailure(log, fault);
    const { table, where } = await openTable(config.store, onFailure, metrics);
    const stop = await serve(config, table, where, log, metrics);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  } catch (error) {
    if (!(error instanceof UnusableStoreError || error instanceof UnusableAddressError)) throw error;
    refuseStart(error.message);
  }
}

/** Serves until the function that it answers with is called, which lets requests in flight finish. */
async function serve(config: Config, table: EventTable, where: string, log: Logger, metrics: Metrics) {
  const store = createEventStore({
    table,
    headCacheSize,
    clock: () => new Date(),
    newKey: randomUUID,
    followPollMs: config.followPollMs,
    onPollFailure: (err) => log.warn({ err }, 'Followers cannot see what other processes store'),
  });
  const schema = createSchema();
  const { introspection, sandbox } = config;
  const graphql = createGraphqlServer({ schema, introspection, sandbox, log, metrics });
  await graphql.start();
  const contextOf = (requestId: string, signals: OperationSignals, caller: Caller) =>
    createRequestContext({ caller, store, signals, requestId, log });
  const server = await createHttpServer({
    graphql,
    authenticate: authentication(config, log),
    contextOf,
    operationTimeoutMs: config.requestTimeoutMs,
    subscriptions: subscriptionServer({ schema, introspection, contextOf, reporters: { log, metrics } }),
    ping: () => store.ping(AbortSignal.timeout(pingDeadlineMs)),
    corsOrigins: config.corsOrigins,
    rateLimit: config.rateLimit,
    offlineIde: sandbox,
    onlyLoopback: config.auth.type === 'off',
    metrics,
    log,
  });
  if (config.auth.type === 'unsafe-off')
    log.warn('AUTH_MODE is unsafe-off: everyone who reaches this server may do everything');
  const address = await listen(server, config.host, config.port);
  log.info(`Listening on ${address}/graphql, ${where}`);
  log.flush();

  let stopping = false;
  return async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info(`${signal}: finishing requests in flight`);
    setTimeout(() => server.server.closeAllConnections(), shutdownDeadlineMs).unref();
    await server.close();
    await graphql.stop();
    await table.close();
    log.info('Stopped');
    process.exitCode = 0;
  };
}

// LMDB does not write again after a failed commit until the folder is opened anew.
function endAfterFailure(log: Logger, fault: StoreFault): void {
  log.fatal({ err: fault }, 'The embedded store cannot write any more; the server ends, to be started again');
  setTimeout(() => process.exit(1), lastWordsMs);
}

function authentication({ auth }: Config, log: Logger): Authenticate {
  return auth.type === 'jwt' ? authenticateByToken(auth, log) : authenticateNobody;
}

async function createLog(level: Config['logLevel']): Promise<Logger> {
  if (!process.stdout.isTTY) return pino({ level, hooks: { logMethod } }, destination(linesTogether));
  const { default: pretty } = await import('pino-pretty');
  return pino({ level }, pretty({ ignore: 'pid,hostname' }));
}

function logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void {
  method.apply(this, args);
  if (level >= warning) this.flush();
}

function problemList(problems: readonly ConfigProblem[]): string {
  return problems.map(({ variable, message }) => `${variable}: ${message}.`).join('\n');
}

function refuseStart(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
