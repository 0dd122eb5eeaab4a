import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './pages.ts';

/** A folder in which the lines of the pages run, word for word. */
export type Shell = {
  readonly folder: string;
  /**
   * Runs lines until they end. A server that they start is asked for a stop as soon as it listens, and `meanwhile` is
   * done.
   */
  readonly run: (
    lines: string,
    environment?: Readonly<Record<string, string>>,
    meanwhile?: (url: string) => Promise<unknown>,
  ) => Promise<Ran>;
  /** Runs lines that do not end, by Bash, until the work is done. Then they get a SIGTERM, all of them. */
  readonly runDuring: (lines: string, work: () => Promise<unknown>) => Promise<void>;
  /** Adds a command. */
  readonly add: (name: string, script: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How lines have ended, what they wrote, and whether a server listened meanwhile. */
export type Ran = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly hasListened: boolean;
};

const path = (name: string) => fileURLToPath(new URL(name, root));

/**
 * What stands for the package's own commands, which are in no registry here: `npx` runs the build of this folder, and
 * `npm start` is the server too. Other commands of npm do nothing: `.ci/run` does them.
 */
const commands = {
  npx: `if [ "$1 $2" = '-p character-event-store' ]; then shift 2; fi
case "$1" in
  character-event-store) shift; exec node ${path('dist/main.js')} "$@" ;;
  character-events) shift; exec node ${path('dist/cli/character-events.js')} "$@" ;;
esac
echo "npx $1: not a command of this package" >&2
exit 127`,
  npm: `if [ "$*" = start ]; then exec node ${path('dist/main.js')}; fi`,
};

/** Opens a folder of its own, with the modules of this project in reach. */
export async function openShell(): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'character-pages-'));
  const bin = await mkdtemp(join(tmpdir(), 'character-pages-bin-'));
  const add = (name: string, script: string) =>
    writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  for (const [name, script] of Object.entries(commands)) await add(name, script);
  await symlink(path('node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    run: (lines, environment = {}, meanwhile = async () => {}) =>
      run(lines, { cwd: folder, bin, environment, meanwhile }),
    runDuring: async (lines, work) => {
      const child = spawn('bash', ['-ec', lines], {
        cwd: folder,
        env: { PATH: `${bin}:${process.env['PATH']}` },
        stdio: ['ignore', 'ignore', 'inherit'],
        detached: true,
      });
      const closed = once(child, 'close');
      try {
        await work();
      } finally {
        // The group of processes that Bash leads.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
        await closed;
      }
    },
    add,
    close: async () => {
      await rm(folder, { recursive: true });
      await rm(bin, { recursive: true });
    },
  };
}

type Place = {
  readonly cwd: string;
  readonly bin: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly meanwhile: (url: string) => Promise<unknown>;
};

async function run(lines: string, { cwd, bin, environment, meanwhile }: Place): Promise<Ran> {
  const { PATH = '' } = process.env;
  // On Node 20 the AWS SDK warns of its releases of 2027.
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const child = spawn('sh', ['-ec', lines], {
    cwd,
    env: { PATH: `${bin}:${PATH}`, PORT: '0', AWS_EC2_METADATA_DISABLED: 'true', ...quiet, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  let hasListened = false;
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  child.stdout.on('data', async (chunk) => {
    output.stdout += chunk;
    const listening = /"pid":(\d+).*"Listening on (\S+),/.exec(output.stdout);
    if (listening === null || hasListened) return;
    hasListened = true;
    await meanwhile(listening[2] ?? '').finally(() => process.kill(Number(listening[1]), 'SIGTERM'));
  });
  const [code] = await once(child, 'close');
  return { code, ...output, hasListened };
}
