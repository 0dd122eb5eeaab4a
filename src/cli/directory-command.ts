import { Command } from 'commander';
import { type BackfillReport, backfillDirectory } from '../store/maintenance/backfill.ts';
import { quantity, withTable } from './program.ts';
import { startProgress } from './progress.ts';

/** `directory`: enters characters whose first event another program wrote. */
export function directoryCommand(): Command {
  const command = new Command('directory').description(
    'The directory that the list of characters is read from',
  );
  command
    .command('backfill')
    .description('enter the characters that other programs have written; may be run again and interrupted')
    .option('--json', 'answer in JSON')
    .action(backfill);
  return command;
}

async function backfill({ json }: { readonly json?: true }): Promise<void> {
  const progress = startProgress('items');
  const report = await withTable(({ admin }) => backfillDirectory(admin, new Date(), progress.step));
  progress.end();
  process.stdout.write(`${json ? JSON.stringify(report) : sentences(report).join('\n')}\n`);
}

function sentences(report: BackfillReport): readonly string[] {
  const { entered, listedBefore, withoutFirstEvent, ofAnotherLayout } = report;
  return [
    `${quantity(entered, 'character')} entered, ${listedBefore} in the directory before.`,
    ...notListed('a history that does not begin at version 0', withoutFirstEvent),
    ...notListed('items that are no events', ofAnotherLayout),
  ];
}

function notListed(what: string, ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return [];
  return [
    `${quantity(ids.length, 'id')} not listed, with ${what}: ${ids.map((id) => JSON.stringify(id)).join(', ')}.`,
  ];
}
