import { createWriteStream, fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The bytes of each line, without its end. Latin-1 has a letter for each byte, so that none is lost before it is looked at. */
export async function* linesOf(input: Readable): AsyncGenerator<Uint8Array> {
  const lines = createInterface({
    input: input.setEncoding('latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) yield Buffer.from(line, 'latin1');
}

/**
 * Writes texts to the standard output, all or with an error. Where that is a file, a disk that is nearly full takes a
 * part of a text, and `process.stdout` then goes on without the rest.
 */
export function writeOut(texts: Readable): Promise<void> {
  const { fd } = process.stdout;
  if (!fstatSync(fd).isFile()) return pipeline(texts, process.stdout, { end: false });
  return pipeline(texts, createWriteStream('', { fd, autoClose: false }));
}
