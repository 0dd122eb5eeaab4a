import { createReadStream, fstatSync } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';
import { Command } from 'commander';
import { StoreFault } from '../store/errors.ts';
import { followedLines } from '../store/maintenance/follow.ts';
import { fromLine, type ParsedLine } from '../store/maintenance/json-lines.ts';
import { linesOf, writeEach } from './lines.ts';
import { quantity, RefusedError, readFollowPollMs, withTable } from './program.ts';
import { startProgress } from './progress.ts';

const help = `
Each event is a line of the form of \`export\`, those of a character in the order of their versions. It ends with
SIGINT or SIGTERM, or when nobody reads its lines any more.

FILE has lines of that form, of which Id and Version count: what it wrote before, what \`export\` wrote, or a list of
what another program has dealt with. To keep every event once in a file, also if this command is killed:

  character-events follow --after events.jsonl >> events.jsonl`;

/** `follow`: all events as lines, and those that come. */
export function followCommand(): Command {
  return new Command('follow')
    .description('write every event as a line of JSON to the standard output, then those that come')
    .option('--after <file>', 'only events after the last version of each character in this file')
    .option('--json', 'at the end, answer in JSON on the standard error output')
    .addHelpText('after', help)
    .action(follow);
}

type Options = { readonly after?: string; readonly json?: true };

async function follow({ after: file, json }: Options): Promise<void> {
  const pollMs = readFollowPollMs();
  const after = file === undefined ? new Map() : await lastVersionsIn(file);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const progress = startProgress('events');
  const onFailure = (fault: Error) => process.stderr.write(`${fault.message} Waiting for the store.\n`);
  await withTable(
    async ({ table }) => {
      const pages = followedLines(table, { after, pollMs, onFailure, signal: stop.signal });
      await writeEach(texts(pages, progress.step)).catch(unlessUnread);
    },
    (fault) => stop.abort(fault),
  );
  if (stop.signal.reason instanceof StoreFault) throw stop.signal.reason;
  progress.end();
  const events = progress.count();
  process.stderr.write(json ? `${JSON.stringify({ events })}\n` : `${quantity(events, 'event')} written.\n`);
}

/** A page at a time, as one text. */
async function* texts(pages: AsyncIterable<readonly string[]>, onLine: () => void): AsyncGenerator<string> {
  for await (const lines of pages) {
    yield lines.map((line) => `${line}\n`).join('');
    for (const _ of lines) onLine();
  }
}

/** A reader that has gone ends the command: so it ends in a pipeline such as one with \`head\`. */
function unlessUnread(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
}

/**
 * The last version of each character in a file of lines. Half a last line counts for nothing: a command that is killed
 * leaves one. Reads the file once, and holds a number for each character.
 */
async function lastVersionsIn(file: string): Promise<ReadonlyMap<string, number>> {
  const { bytes: length, areEnded } = await linesToRead(file);
  const last = new Map<string, number>();
  if (length === 0) return last;
  let [line, problem] = [0, ''];
  const throwProblem = () => {
    if (problem !== '') throw new RefusedError(`${file}, line ${line}: ${problem}.`);
  };
  for await (const bytes of linesOf(createReadStream(file, { end: length - 1 }))) {
    throwProblem();
    line += 1;
    if (bytes.length === 0) continue;
    const parsed = fromLine(bytes);
    problem = problemOf(parsed);
    if (parsed.type === 'malformed' || problem !== '') continue;
    const { Id, Version } = parsed.item;
    last.set(Id, Math.max(Version, last.get(Id) ?? Version));
  }
  if (areEnded) throwProblem();
  return last;
}

/** What keeps a line from telling what is known; nothing if it does. */
function problemOf(parsed: ParsedLine): string {
  if (parsed.type === 'malformed') return parsed.problem;
  const { Version } = parsed.item;
  if (Number.isSafeInteger(Version) && Version >= 0) return '';
  return `expected a version of 0, 1, 2, …, got ${Version}`;
}

/**
 * How many bytes of a file are to be read, and whether the last of its lines has its end. Cuts off a last line without
 * one if the file is the standard output, where the next line would go on in it.
 */
async function linesToRead(file: string): Promise<{ readonly bytes: number; readonly areEnded: boolean }> {
  const found = await stat(file);
  // A pipe is read to its end.
  if (!found.isFile()) return { bytes: Number.POSITIVE_INFINITY, areEnded: true };
  const end = await lastLineEnd(file, found.size);
  const output = fstatSync(process.stdout.fd);
  const isOutput = output.dev === found.dev && output.ino === found.ino;
  if (!isOutput) return { bytes: found.size, areEnded: end === found.size };
  if (end < found.size) await truncate(file, end);
  return { bytes: end, areEnded: true };
}

const pieceBytes = 65_536;
const lineEnd = 0x0a;

async function lastLineEnd(file: string, size: number): Promise<number> {
  const handle = await open(file);
  try {
    for (let end = size; end > 0; end -= pieceBytes) {
      const start = Math.max(0, end - pieceBytes);
      const piece = Buffer.alloc(end - start);
      await handle.read(piece, 0, piece.length, start);
      const at = piece.lastIndexOf(lineEnd);
      if (at >= 0) return start + at + 1;
    }
    return 0;
  } finally {
    await handle.close();
  }
}
