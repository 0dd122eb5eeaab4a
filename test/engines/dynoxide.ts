import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type RunningEngine, startEngineProcess } from './engine-process.ts';
import { freePort } from './free-port.ts';

/** Where the engine's binary is on this platform, if it has one. */
export const dynoxidePath: string | undefined = findDynoxide();

/** Starts dynoxide, in memory, on a free port of 127.0.0.1. */
export async function startDynoxide(): Promise<RunningEngine> {
  if (dynoxidePath === undefined) throw new Error('Expected dynoxide, got a platform without it.');
  const port = await freePort();
  return startEngineProcess(dynoxidePath, ['--port', String(port)], port);
}

function findDynoxide(): string | undefined {
  try {
    const path = createRequire(import.meta.url)
      .resolve('@dynoxide/linux-x64/package.json')
      .replace('package.json', 'dynoxide');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
