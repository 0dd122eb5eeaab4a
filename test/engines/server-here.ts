import { pino } from 'pino';
import type { serve as serveOfSource } from '../../src/serve.ts';
import { graphql, type ServerProcess } from './server-process.ts';

const built = new URL('../../dist/', import.meta.url);

/** A server in the process of the test: of the build, so that it loads its libraries as in production. */
export type ServerHere = Pick<ServerProcess, 'url' | 'log' | 'graphql'> & {
  readonly stop: () => Promise<void>;
};

/**
 * Starts the built server in this process, in a fraction of the time. For tests of what it answers; those of the
 * process itself start one.
 */
export async function startServerHere(environment: Readonly<Record<string, string>>): Promise<ServerHere> {
  const { readConfig, problemText } = await import(new URL('config.js', built).href);
  const { createMetrics } = await import(new URL('metrics.js', built).href);
  const { openTable } = await import(new URL('open-table.js', built).href);
  const { serve }: { serve: typeof serveOfSource } = await import(new URL('serve.js', built).href);
  const outcome = readConfig({ PORT: '0', ...environment });
  if (outcome.type === 'wrong') throw new Error(problemText(outcome.problems));
  const lines: string[] = [];
  const log = pino(
    { level: outcome.config.logLevel },
    { write: (line: string) => lines.push(line.trimEnd()) },
  );
  const metrics = createMetrics();
  const onFailure = (fault: Error) => log.fatal({ err: fault });
  const { table } = await openTable(outcome.config.store, onFailure, metrics.store);
  const { address, stop } = await serve(outcome.config, table, log, metrics);
  const url = `${address}/graphql`;
  return {
    url,
    log: () => lines.join('\n'),
    graphql: (query, variables, token) => graphql(url, query, variables, token),
    stop,
  };
}
