import { createPause, createTurnQueue } from '../store/turn-queue.ts';

const pieceLength = 65_536;

/**
 * Encodes texts in UTF-8, in turns: a socket would encode all of a text at once, and what it does not send at once a
 * second time.
 */
export function createEncoder(): (text: string) => Promise<Buffer> {
  const pause = createPause(createTurnQueue());
  return async (text) => {
    let length = 0;
    for (const piece of piecesOf(text)) {
      length += Buffer.byteLength(piece);
      await pause();
    }
    const bytes = Buffer.allocUnsafe(length);
    let written = 0;
    for (const piece of piecesOf(text)) {
      written += bytes.write(piece, written);
      await pause();
    }
    return bytes;
  };
}

/** Pieces that end between two characters: none within a surrogate pair. */
function* piecesOf(text: string): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + pieceLength;
    if ((text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end += 1;
    yield text.slice(start, end);
  }
}
