import type { ServerProcess } from './server-process.ts';

/** The lines of a server's log, each as the object that it is. */
export function logLines(server: Pick<ServerProcess, 'log'>): readonly Readonly<Record<string, unknown>>[] {
  return server
    .log()
    .split('\n')
    .map((line) => JSON.parse(line));
}
