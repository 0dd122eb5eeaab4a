import { Command, CommanderError } from 'commander';
import { expectedVariables } from './config.ts';
import { packageVersion } from './environment.ts';

/** What the arguments ask the process of the server for: to serve, or to end with this code. */
export type ServerCommand = { readonly type: 'serve' } | { readonly type: 'end'; readonly exitCode: number };

/** Wrong arguments, as in the command line. */
const wrongUsage = 2;

/** Reads the arguments behind the name of the script. Commander prints what `--help` and wrong arguments answer. */
export function readArguments(args: readonly string[]): ServerCommand {
  const program = new Command('character-event-store')
    .description('Serves the character sheet and the GraphQL API, until SIGINT or SIGTERM.')
    .version(packageVersion())
    .addHelpText('after', `\n${settingsHelp()}`)
    .showHelpAfterError('(the settings are variables of the environment: --help lists them)')
    .exitOverride();
  try {
    program.parse(args, { from: 'user' });
    return { type: 'serve' };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { type: 'end', exitCode: error.exitCode === 0 ? 0 : wrongUsage };
  }
}

function settingsHelp(): string {
  const lines = expectedVariables().map(
    ({ variable, expected, preset }) =>
      `  ${variable}: ${expected}${preset === undefined ? '' : ` (${preset})`}`,
  );
  return [
    'Settings, from the environment or a .env file of this folder, with their defaults:',
    ...lines,
    '  AWS_REGION and credentials: as the AWS SDK reads them',
    '',
    'The data is in the folder "data" of this folder, unless EVENT_STORE_PATH names another.',
    'The tools around it: character-events --help',
  ].join('\n');
}
