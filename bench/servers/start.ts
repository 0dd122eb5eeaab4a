import { readFileSync } from 'node:fs';
import { type RunningServer, startServer } from '../measure/running-process.ts';
import { built, repository } from '../repository.ts';

const { scripts } = JSON.parse(readFileSync(new URL('package.json', repository), 'utf8')) as {
  readonly scripts: { readonly start: string };
};
/** What `npm start` gives Node. */
const startArguments = scripts.start
  .split(' ')
  .slice(1)
  .map((argument) => (argument.endsWith('.js') ? new URL(argument, repository).pathname : argument));

/** Starts this project's server as `npm start` does, everything on. */
export function startOurs(env: Readonly<Record<string, string>>): Promise<RunningServer> {
  return startServer(startArguments, { PORT: '0', ...env });
}

/** Starts one of the servers of this folder. */
export function startPeer(name: string, env: Readonly<Record<string, string>>): Promise<RunningServer> {
  return startServer([new URL(`servers/${name}.js`, built).pathname], env);
}
