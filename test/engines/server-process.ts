import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** What `npm start` gives Node: its flags and the built server. */
const startArguments: readonly string[] = scripts.start
  .split(' ')
  .slice(1)
  .map((argument: string) => (argument.endsWith('.js') ? fileURLToPath(new URL(argument, root)) : argument));

/** The answer of a GraphQL request, with what HTTP said about it. */
export type GraphqlAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors:
    | readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[]
    | undefined;
};

/** The built server as a process of its own, on a free port. */
export type ServerProcess = {
  readonly url: string;
  readonly process: ChildProcess;
  readonly startUpLine: string;
  /** Everything the process has written to its log so far. */
  readonly log: () => string;
  readonly graphql: (query: string, variables?: object, token?: string) => Promise<GraphqlAnswer>;
  /** Ends the process and answers with its exit code, null after SIGKILL. */
  readonly stop: (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => Promise<number | null>;
};

/** A process that has ended, and what it wrote. */
export type EndedProcess = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** How a server is started. */
export type StartOptions = {
  readonly cwd?: string;
  /** A command that Node is started through. */
  readonly through?: readonly string[];
};

/** Starts the built server with nothing but this environment. */
export async function startServer(
  environment: Readonly<Record<string, string>>,
  options: StartOptions = {},
): Promise<ServerProcess> {
  const child = spawnMain({ PORT: '0', ...environment }, options);
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const startUpLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Listening on')) resolve(JSON.parse(line).msg);
    });
    let stderr = '';
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    exited.then(() => reject(new Error(`Expected a server, got its end: ${stderr}`)));
  });
  const url = /http:\S+\/graphql/.exec(startUpLine)?.[0] ?? '';
  return {
    url,
    process: child,
    startUpLine,
    log: () => lines.join('\n'),
    graphql: (query, variables, token) => graphql(url, query, variables, token),
    stop: async (signal) => {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

/** Runs the built server to its own end, for starts that are refused. */
export function runServerToItsEnd(
  environment: Readonly<Record<string, string>>,
  options: StartOptions = {},
): Promise<EndedProcess> {
  return ended(spawnMain(environment, options));
}

/** Runs a command of the command line to its end, with nothing but this environment. */
export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  options: StartOptions = {},
): Promise<EndedProcess> {
  return ended(startCommand(args, environment, options));
}

/** Starts a command of the command line, with nothing but this environment. */
export function startCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  options: StartOptions = {},
): ChildProcess {
  const command = fileURLToPath(new URL('dist/cli/character-events.js', root));
  return spawnNode(['--no-warnings', command, ...args], environment, options);
}

async function ended(child: ChildProcess): Promise<EndedProcess> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk) => {
      output[name] += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...output };
}

/** Sends a GraphQL request by POST, with a token if there is one. */
export async function graphql(
  url: string,
  query: string,
  variables: object = {},
  token?: string,
): Promise<GraphqlAnswer> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Pick<GraphqlAnswer, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, data, errors };
}

function spawnMain(environment: Readonly<Record<string, string>>, options: StartOptions): ChildProcess {
  return spawnNode(['--no-warnings', ...startArguments], environment, options);
}

function spawnNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  { cwd, through = [] }: StartOptions,
): ChildProcess {
  const { PATH = '' } = process.env;
  const [command = '', ...rest] = [...through, process.execPath, ...args];
  return spawn(command, rest, {
    cwd,
    env: { PATH, AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
