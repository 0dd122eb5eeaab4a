/** The JSON of a value that is read from JSON, as `JSON.stringify` writes it, with pauses. */
export async function jsonInTurns(value: unknown, pause: () => Promise<void>): Promise<string> {
  let json = '';
  for (const piece of piecesOf(value)) {
    json += piece;
    await pause();
  }
  return json;
}

/** Whatever holds no other objects is written in one piece. */
function* piecesOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    let before = '[';
    for (const item of value) {
      yield before;
      yield* piecesOf(item);
      before = ',';
    }
    yield value.length === 0 ? '[]' : ']';
  } else if (holdsObjects(value)) {
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

function holdsObjects(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((child) => typeof child === 'object' && child !== null)
  );
}
