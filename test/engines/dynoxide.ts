import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { freePort } from './free-port.ts';

/** A DynamoDB engine that runs, and how to end it. */
export type RunningEngine = { readonly endpoint: string; readonly stop: () => Promise<void> };

/** Where the engine's binary is on this platform, if it has one. */
export const dynoxidePath: string | undefined = findDynoxide();

/** Starts dynoxide, in memory, on a free port of 127.0.0.1. */
export async function startDynoxide(): Promise<RunningEngine> {
  if (dynoxidePath === undefined) throw new Error('Expected dynoxide, got a platform without it.');
  const port = await freePort();
  const process = spawn(dynoxidePath, ['--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(process, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  await answers(endpoint);
  return {
    endpoint,
    stop: async () => {
      process.kill('SIGKILL');
      await exited;
    },
  };
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

async function answers(endpoint: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(endpoint).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Expected an engine at ${endpoint} within 2 s, got none.`);
}
