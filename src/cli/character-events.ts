import { Command, CommanderError } from 'commander';
import { completeEnvironment, packageVersion } from '../environment.ts';
import { isFailedCommit } from '../store/embedded/write-guard.ts';
import { StoreFault, UnusableStoreError } from '../store/errors.ts';
import { directoryCommand } from './directory-command.ts';
import { followCommand } from './follow-command.ts';
import { exitCodes, RefusedError, WrongSettingsError } from './program.ts';
import { seedCommand } from './seed-command.ts';
import { tableCommand } from './table-command.ts';
import { exportCommand, importCommand } from './transfer-commands.ts';
import { verifyCommand } from './verify-command.ts';

const help = `
The store is the one that the server uses: EVENT_STORE, EVENT_STORE_PATH, EVENT_STORE_TABLE,
DYNAMODB_ENDPOINT, AWS_REGION and credentials, from the environment or a .env file.

Exit codes: 0 done, 1 refused or something is wrong with the table, 2 wrong arguments or settings.`;

process.on('unhandledRejection', (reason) => {
  // The command has the fault of a failed commit itself.
  if (!isFailedCommit(reason)) throw reason;
});
completeEnvironment(process.env);
process.exitCode = await run(process.argv);

async function run(argv: readonly string[]): Promise<number> {
  const program = new Command('character-events')
    .description('Tools around the table of the character event store')
    .version(packageVersion())
    .addHelpText('after', help)
    .addCommand(tableCommand())
    .addCommand(directoryCommand())
    .addCommand(verifyCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(followCommand())
    .addCommand(seedCommand());
  for (const command of [program, ...program.commands.flatMap(withSubcommands)]) command.exitOverride();
  try {
    await program.parseAsync(argv);
    return exitCodes.done;
  } catch (error) {
    return exitCodeOf(error);
  }
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Prints an expected error in its one sentence, but for those of Commander, which prints its own. Rethrows others. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === exitCodes.done ? exitCodes.done : exitCodes.wrongUsage;
  }
  if (!isExpected(error)) throw error;
  if (error.message !== '') process.stderr.write(`${error.message}\n`);
  return error instanceof WrongSettingsError ? exitCodes.wrongUsage : exitCodes.refused;
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof WrongSettingsError ||
    error instanceof RefusedError ||
    error instanceof UnusableStoreError ||
    error instanceof StoreFault ||
    isOfSystem(error)
  );
}

/** An error of the operating system, such as a missing file, or a pipe whose reader has gone. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
