import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProcess, startProcess, startServer } from '../measure/running-process.ts';
import { built } from '../repository.ts';

/** A DynamoDB engine, and where it listens. */
export type Engine = Pick<RunningProcess, 'stop'> & { readonly endpoint: string };

/** Starts dynoxide, a DynamoDB engine of one file, in memory. */
export async function startDynoxide(): Promise<Engine> {
  const binary = createRequire(import.meta.url)
    .resolve('@dynoxide/linux-x64/package.json')
    .replace('package.json', 'dynoxide');
  const port = await freePort();
  const { running } = startProcess(binary, ['--port', String(port)]);
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await isUp(endpoint))) await sleep(20);
  return { endpoint, stop: running.stop };
}

/** Starts a proxy in front of an engine that holds back each answer by so many milliseconds. */
export async function startLatencyProxy({ endpoint }: Engine, milliseconds: number): Promise<Engine> {
  const program = new URL('engines/latency-proxy.js', built).pathname;
  const { url, stop } = await startServer([program, endpoint, String(milliseconds)], {});
  return { endpoint: url, stop };
}

function isUp(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
