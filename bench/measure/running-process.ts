import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that is measured: what it has used so far, and how to end it. */
export type RunningProcess = {
  readonly child: ChildProcess;
  /** Processor time of all its threads, in milliseconds. */
  readonly cpuMs: () => Promise<number>;
  /** Memory of its own, without files that are mapped (`RssAnon`), in megabytes. */
  readonly rssAnonMb: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** A server that listens. */
export type RunningServer = RunningProcess & {
  /** Of its GraphQL API. */
  readonly url: string;
  /** From the start of the process to the line that says where it listens. */
  readonly startMs: number;
};

/** How a process is started. */
export type StartOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is told its work, and tells what came of it, over a channel. */
  readonly ipc?: boolean;
};

/** Starts a command; what it writes goes to a file, so that nobody's processor time is spent on reading it. */
export function startProcess(command: string, args: readonly string[], options: StartOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const output = join(folder, 'output');
  const file = openSync(output, 'w');
  const { PATH = '' } = process.env;
  const child = spawn(command, args, {
    env: { PATH, AWS_EC2_METADATA_DISABLED: 'true', NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', file, file, ...(options.ipc ? (['ipc'] as const) : [])],
  });
  const exited = once(child, 'exit');
  const running: RunningProcess = {
    child,
    cpuMs: () => cpuMs(child),
    rssAnonMb: () => rssAnonMb(child),
    stop: async () => {
      child.kill('SIGTERM');
      const isStuck = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(isStuck);
      rmSync(folder, { recursive: true });
    },
  };
  return { running, output };
}

/** Starts a server and waits until it says where it listens. */
export async function startServer(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const began = performance.now();
  const { running, output } = startProcess(process.execPath, ['--no-warnings', ...args], { env });
  for (;;) {
    const written = readFileSync(output, 'utf8');
    const url = /Listening on (http:[^\s",]+)/.exec(written)?.[1];
    if (url !== undefined) return { ...running, url, startMs: performance.now() - began };
    if (running.child.exitCode !== null) throw new Error(`Expected a server, got its end: ${written}`);
    await sleep(5);
  }
}

// The scheduler counts in nanoseconds, per thread.
async function cpuMs({ pid }: ChildProcess): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map(async (thread) => {
    const line = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
    return Number(line.split(' ')[0]) / 1_000_000;
  });
  return (await Promise.all(times)).reduce((sum, each) => sum + each, 0);
}

async function rssAnonMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}
