import { createWriteStream, fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * The bytes of each line, without its end. Latin-1 has a letter for each byte, so that none is lost before it is looked
 * at.
 */
export async function* linesOf(input: Readable): AsyncGenerator<Uint8Array> {
  const lines = createInterface({
    input: input.setEncoding('latin1'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) yield Buffer.from(line, 'latin1');
}

/** Writes texts to the standard output, all or with an error. */
export function writeOut(texts: AsyncIterable<string>): Promise<void> {
  const output = standardOutput();
  return pipeline(Readable.from(texts), output, { end: output !== process.stdout });
}

/**
 * The same for texts that may come without end: each is written before the next is asked for, so that a failure does
 * not wait for one that never comes.
 */
export async function writeEach(texts: AsyncIterable<string>): Promise<void> {
  const output = standardOutput();
  // Each write tells its own failure.
  output.on('error', () => undefined);
  for await (const text of texts) {
    await new Promise<void>((resolve, reject) => {
      output.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/**
 * Where the standard output is a file, a disk that is nearly full takes a part of a text, and `process.stdout` then goes
 * on without the rest; a stream over the file does not.
 */
function standardOutput(): Writable {
  const { fd } = process.stdout;
  return fstatSync(fd).isFile() ? createWriteStream('', { fd, autoClose: false }) : process.stdout;
}
