import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { exportLines, type ImportOutcome, importLines } from '../store/maintenance/transfer.ts';
import { linesOf, writeOut } from './lines.ts';
import { quantity, RefusedError, withTable } from './program.ts';
import { type Progress, startProgress } from './progress.ts';

/** `export`: all items of the table as JSON Lines. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write every event as a line of JSON, to a file or to the standard output')
    .argument('[file]', 'takes the place of what is there once the export is whole')
    .option('--json', 'answer in JSON, on the standard error output if the events go to the other')
    .action(exportTable);
}

/** `import`: inserts what `export` wrote. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'insert what `export` wrote, from a file or the standard input; may be run again and interrupted',
    )
    .argument('[file]', 'lines of JSON')
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      '\nEvents that are there already are left as they are. Another event under the same key ends it with code 1.',
    )
    .action(importTable);
}

type OutputOptions = { readonly json?: true };

async function exportTable(file: string | undefined, { json }: OutputOptions): Promise<void> {
  const progress = startProgress('events');
  await withTable(({ table, admin }) =>
    writeLines(counted(exportLines(table, admin), progress), file).finally(progress.end),
  );
  const events = progress.count();
  const answer = json ? JSON.stringify({ events }) : `${quantity(events, 'event')} exported.`;
  (file === undefined ? process.stderr : process.stdout).write(`${answer}\n`);
}

async function writeLines(lines: AsyncIterable<string>, file: string | undefined): Promise<void> {
  if (file === undefined) return writeOut(lines);
  const partial = `${file}.partial`;
  await pipeline(Readable.from(lines), createWriteStream(partial, { flush: true }));
  await rename(partial, file);
}

async function* counted(lines: AsyncIterable<string>, { step }: Progress): AsyncGenerator<string> {
  for await (const line of lines) {
    yield `${line}\n`;
    step();
  }
}

async function importTable(file: string | undefined, { json }: OutputOptions): Promise<void> {
  const input = file === undefined ? process.stdin : createReadStream(file);
  if (file !== undefined) await once(input, 'open');
  const progress = startProgress('events');
  const outcome = await withTable(({ table, admin }) => {
    return importLines(table, admin, linesOf(input), progress.step);
  });
  progress.end();
  const sentence = sentenceOf(outcome);
  if (json) process.stdout.write(`${JSON.stringify(outcome)}\n`);
  if (outcome.type !== 'imported') throw new RefusedError(json ? '' : sentence);
  if (!json) process.stdout.write(`${sentence}\n`);
}

function sentenceOf(outcome: ImportOutcome): string {
  switch (outcome.type) {
    case 'imported':
      return `${quantity(outcome.inserted, 'event')} imported, ${outcome.thereBefore} there before.`;
    case 'taken':
      return `Another event holds the key ${JSON.stringify(outcome.key)}; it and what follows it was not imported.`;
    case 'malformed':
      return `Line ${outcome.line}: ${outcome.problem}; it and what follows it was not imported.`;
  }
}
