import { createReadStream, fstatSync } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import { followedLines } from '../store/maintenance/follow.ts';
import { fromLine } from '../store/maintenance/json-lines.ts';
import { linesOf, writeOut } from './lines.ts';
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
  await withTable(async ({ table }) => {
    const pages = followedLines(table, { after, pollMs, onFailure, signal: stop.signal });
    try {
      await writeOut(Readable.from(texts(pages, progress.step), { highWaterMark: 1 }));
    } catch (error) {
      unlessUnread(error);
    } finally {
      // Where the output failed, the next page may be awaited still, which may never come.
      stop.abort();
      await pages.return(undefined);
    }
  });
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
 * The last version of each character in a file of lines. A line counts once it has its end: a command that is killed
 * leaves half of one, which is cut off where the lines go on to the same file. Reads the file once, and holds a number
 * for each character.
 */
async function lastVersionsIn(file: string): Promise<ReadonlyMap<string, number>> {
  const end = await endOfLines(file);
  const last = new Map<string, number>();
  if (end === 0) return last;
  let line = 0;
  for await (const bytes of linesOf(createReadStream(file, end === undefined ? {} : { end: end - 1 }))) {
    line += 1;
    if (bytes.length === 0) continue;
    const parsed = fromLine(bytes);
    if (parsed.type === 'malformed') throw new RefusedError(`${file}, line ${line}: ${parsed.problem}.`);
    const { Id, Version } = parsed.item;
    if (!(Number.isSafeInteger(Version) && Version >= 0)) {
      throw new RefusedError(`${file}, line ${line}: expected a version of 0, 1, 2, …, got ${Version}.`);
    }
    last.set(Id, Math.max(Version, last.get(Id) ?? Version));
  }
  return last;
}

/**
 * Where the last whole line of a file ends, in bytes; `undefined` of what is no file, such as a pipe. Cuts off what
 * follows if the file is the standard output.
 */
async function endOfLines(file: string): Promise<number | undefined> {
  const found = await stat(file);
  if (!found.isFile()) return undefined;
  const end = await lastLineEnd(file, found.size);
  const output = fstatSync(process.stdout.fd);
  if (end < found.size && output.dev === found.dev && output.ino === found.ino) await truncate(file, end);
  return end;
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
