import type { Pause } from '../store/turn-queue.ts';

/** The JSON of a value that is read from JSON, as `JSON.stringify` writes it, with pauses. */
export async function jsonInTurns(value: unknown, pause: Pause): Promise<string> {
  let json = '';
  for (const piece of piecesOf(value)) {
    json += piece;
    const turn = pause();
    if (turn !== undefined) await turn;
  }
  return json;
}

/** Whatever holds no lists is written in one piece. */
function* piecesOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    let before = '[';
    for (const item of value) {
      yield before;
      yield* piecesOf(item);
      before = ',';
    }
    yield value.length === 0 ? '[]' : ']';
  } else if (holdsLists(value)) {
    let before = '{';
    for (const [key, child] of Object.entries(value)) {
      if (child === undefined) continue;
      yield `${before}${JSON.stringify(key)}:`;
      yield* piecesOf(child);
      before = ',';
    }
    yield '}';
  } else {
    yield JSON.stringify(value);
  }
}

function holdsLists(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.values(value).some(holdsLists);
}
