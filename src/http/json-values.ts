const [quote, backslash, comma, bracket, brace] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b] as const;

/**
 * Whether JSON has more lists, objects and members than given, whatever its texts are: to parse millions of them
 * takes half a second, and to tell what is wrong with them longer. Looks at no JSON that is wrong any closer.
 */
export function hasMoreValues(json: Buffer, most: number): boolean {
  let values = 0;
  for (let at = 0; at < json.length && values <= most; at += 1) {
    const byte = json[at];
    if (byte === quote) at = endOfText(json, at);
    else if (byte === comma || byte === bracket || byte === brace) values += 1;
  }
  return values > most;
}

/** Where the text ends that begins at a quote: at the next one without an odd number of backslashes before it. */
function endOfText(json: Buffer, start: number): number {
  for (let end = start + 1; ; end += 1) {
    end = json.indexOf(quote, end);
    if (end < 0) return json.length;
    let before = end - 1;
    while (json[before] === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
}
