import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Completes the environment of the process: by a `.env` file of its folder, whose variables do not replace those that
 * are there, with or without a byte-order mark. An empty variable of AWS is the same as none, for the SDK too.
 */
export function completeEnvironment(environment: NodeJS.ProcessEnv): void {
  if (existsSync('.env')) {
    // The decoder leaves out a byte-order mark.
    const given = parseEnv(new TextDecoder().decode(readFileSync('.env')));
    for (const [name, value] of Object.entries(given)) environment[name] ??= value;
  }
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('AWS_') && value === '') delete environment[name];
  }
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return version;
}
