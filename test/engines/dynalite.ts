import { createRequire } from 'node:module';
import { type RunningEngine, startEngineProcess } from './engine-process.ts';
import { freePort } from './free-port.ts';

const module = createRequire(import.meta.url).resolve('dynalite');

/**
 * Starts dynalite, in memory, on a free port of 127.0.0.1. It has no transactions and does not hand out the
 * item that was in the way; it is a process of its own because it dies with a client that leaves in mid-body.
 */
export async function startDynalite(): Promise<RunningEngine> {
  const port = await freePort();
  const script = `require(${JSON.stringify(module)})({ createTableMs: 0 }).listen(${port}, '127.0.0.1')`;
  return startEngineProcess(process.execPath, ['-e', script], port);
}
