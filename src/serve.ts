import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type Asked, createRequestContext } from './graphql/context.ts';
import { createSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { subscriptionServer } from './graphql/subscriptions.ts';
import {
  parseManifest,
  type TrustedDocuments,
  trustedDocuments,
  UnusableManifestError,
} from './graphql/trusted-documents.ts';
import { type Authenticate, authenticateByToken, withoutAuthentication } from './http/authentication.ts';
import { createHttpServer, listen } from './http/server.ts';
import type { Metrics } from './metrics.ts';
import { createEventStore } from './store/event-store.ts';
import type { EventTable } from './store/event-table.ts';

export { UnusableManifestError };

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

/** Composes the server over a table, and listens. Throws `UnusableAddressError` and `UnusableManifestError`. */
export async function serve(
  config: Config,
  table: EventTable,
  log: Logger,
  metrics: Metrics,
): Promise<Serving> {
  const documents = await readDocuments(config.trustedDocuments);
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
  const graphql = createGraphqlServer({ schema, introspection, sandbox, documents, reporters, log });
  await graphql.start();
  const server = await createHttpServer({
    graphql,
    subscriptions: subscriptionServer({ schema, introspection, contextOf, documents, reporters }),
    contextOf,
    authenticate: authentication(config, log),
    operationTimeoutMs: config.requestTimeoutMs,
    ping: () => store.ping(AbortSignal.timeout(pingDeadlineMs)),
    corsOrigins: config.corsOrigins,
    rateLimit: config.rateLimit,
    trustedProxies: config.trustedProxies,
    offlineIde: sandbox,
    sheetSendsIds: documents.only,
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

/** Where the build puts the operations of the character sheet. */
const operationsOfSheet = new URL('./sheet/generated/trusted-documents.json', import.meta.url);

/** The operations of the character sheet, and those of the manifest of the configuration: if it names one, no others. */
async function readDocuments(file: string | undefined): Promise<TrustedDocuments> {
  const ofSheet = parseManifest(await readFile(operationsOfSheet, 'utf8'), operationsOfSheet.pathname);
  if (file === undefined) return trustedDocuments([ofSheet], { only: false });
  const json = await readFile(file, 'utf8').catch((cause) => {
    const problem = `TRUSTED_DOCUMENTS: expected a file, got ${JSON.stringify(file)}: ${String(cause)}.`;
    throw new UnusableManifestError(problem, { cause });
  });
  return trustedDocuments([ofSheet, parseManifest(json, file)], { only: true });
}
