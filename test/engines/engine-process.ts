import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A DynamoDB engine that runs, and how to end it. */
export type RunningEngine = { readonly endpoint: string; readonly stop: () => Promise<void> };

/** Starts an engine as a process that listens on this port of 127.0.0.1, and waits until it answers. */
export async function startEngineProcess(
  command: string,
  args: readonly string[],
  port: number,
): Promise<RunningEngine> {
  const process = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(process, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await answers(endpoint))) {
    if (process.exitCode !== null) throw new Error(`Expected an engine at ${endpoint}, got its end.`);
    await sleep(20);
  }
  return {
    endpoint,
    stop: async () => {
      process.kill('SIGKILL');
      await exited;
    },
  };
}

function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}
