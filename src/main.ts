import { destination, type LogFn, type Logger, pino } from 'pino';
import { type Config, problemText, readConfig } from './config.ts';
import { completeEnvironment } from './environment.ts';
import { UnusableAddressError } from './http/server.ts';
import { createMetrics } from './metrics.ts';
import { openTable } from './open-table.ts';
import { serve, UnusableManifestError } from './serve.ts';
import { readArguments } from './server-command.ts';
import { isFailedCommit } from './store/embedded/write-guard.ts';
import { type StoreFault, UnusableStoreError } from './store/errors.ts';

/** From the failure of the store to the end of the process: time for `/readyz` to turn and for answers in flight. */
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
const command = readArguments(process.argv.slice(2));
if (command.type === 'serve') await start();
else process.exitCode = command.exitCode;

async function start(): Promise<void> {
  completeEnvironment(process.env);
  const outcome = readConfig(process.env);
  if (outcome.type === 'wrong') refuseStart(problemText(outcome.problems));
  else await run(outcome.config);
}

async function run(config: Config): Promise<void> {
  const log = await createLog(config.logLevel);
  try {
    const metrics = createMetrics();
    const onFailure = (fault: StoreFault) => exitAfterFailure(log, fault);
    const { table, where } = await openTable(config.store, onFailure, metrics.store);
    const { address, stop: stopServing } = await serve(config, table, log, metrics);
    const stop = stopOnce(log, stopServing);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
    log.info(`Listening on ${address}/graphql, ${where}`);
    log.flush();
  } catch (error) {
    if (!isUnusable(error)) throw error;
    refuseStart(error.message);
  }
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

// The embedded store writes again only once its folder is opened anew.
function exitAfterFailure(log: Logger, fault: StoreFault): void {
  log.fatal({ err: fault }, 'The embedded store cannot write any more; the server ends, to be started again');
  setTimeout(() => process.exit(1), exitDelayMs);
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

function isUnusable(error: unknown): error is Error {
  return [UnusableStoreError, UnusableManifestError, UnusableAddressError].some(
    (Unusable) => error instanceof Unusable,
  );
}

function refuseStart(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
