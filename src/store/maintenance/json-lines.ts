import { isUtf8 } from 'node:buffer';
import { attributeOrder, type StoredItem } from '../event-item.ts';
import { snapshotOrder } from '../snapshot.ts';

/** An item read from a line, or what keeps the line from being one. */
export type ParsedLine =
  | { readonly type: 'item'; readonly item: StoredItem }
  | { readonly type: 'malformed'; readonly problem: string };

/**
 * An item as one line of JSON, without the line's end: the same bytes for the same item, whichever engine
 * it comes from. Our attributes come first, in the order of the README's table, then those of other programs
 * by name. Values that JSON does not have are `{"$binary": base64}`, `{"$set": […]}`, `{"$integer": digits}`;
 * a map that looks like one of these is `{"$map": {…}}`.
 */
export function toLine(item: StoredItem): string {
  const toValue = (name: string, value: unknown) => toJson(value, name === 'Snapshot' ? snapshotOrder : []);
  return JSON.stringify(mapOf(item, attributeOrder, toValue));
}

// Leaves out a byte-order mark.
const utf8 = new TextDecoder();

/** The item that `toLine` made a line of. */
export function fromLine(bytes: Uint8Array): ParsedLine {
  const line = utf8.decode(bytes);
  if (!isUtf8(bytes)) {
    return { type: 'malformed', problem: `expected a line of UTF-8, got ${shortened(line)}` };
  }
  try {
    const parsed: unknown = JSON.parse(line);
    if (!isWellFormed(parsed)) {
      const problem = `expected whole characters of Unicode, got half of one in ${shortened(line)}`;
      return { type: 'malformed', problem };
    }
    const item = fromJson(parsed);
    if (isItem(item)) return { type: 'item', item };
    return { type: 'malformed', problem: `expected an item with Id and Version, got ${shortened(line)}` };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { type: 'malformed', problem: `expected a line of JSON, got ${shortened(line)}` };
  }
}

type AttributeMap = { readonly [attribute: string]: unknown };

function toJson(value: unknown, order: readonly string[] = []): unknown {
  if (typeof value === 'bigint') return { $integer: String(value) };
  if (value instanceof Uint8Array) return { $binary: Buffer.from(value).toString('base64') };
  if (value instanceof Set) return { $set: Array.from(value, (member) => toJson(member)).toSorted(byText) };
  if (Array.isArray(value)) return value.map((element) => toJson(element));
  if (!isMap(value)) return value;
  const map = mapOf(value, order, (_, inner) => toJson(inner));
  return isTagged(value) ? { $map: map } : map;
}

function fromJson(value: unknown): unknown {
  if (typeof value === 'number') return finite(value);
  if (Array.isArray(value)) return value.map(fromJson);
  if (!isMap(value)) return value;
  const { $integer, $binary, $set, $map } = isTagged(value) ? value : {};
  if (typeof $integer === 'string') return BigInt($integer);
  if (typeof $binary === 'string') return new Uint8Array(Buffer.from($binary, 'base64'));
  if (Array.isArray($set)) return new Set($set.map(fromJson));
  return mapOf(isMap($map) ? $map : value, [], (_, inner) => fromJson(inner));
}

/** Whether no text has a lone surrogate: both engines would store another text, and an id that is not found again. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  return !isMap(value) || Object.entries(value).every((entry) => entry.every(isWellFormed));
}

/** The number without the sign of -0. One that is too large for JSON's reader, such as 1e400, is no number of a table. */
function finite(value: number): number {
  if (Number.isFinite(value)) return value + 0;
  throw new SyntaxError('Expected a finite number.');
}

function mapOf(
  map: AttributeMap,
  first: readonly string[],
  toValue: (name: string, value: unknown) => unknown,
): AttributeMap {
  const others = Object.keys(map).filter((name) => !first.includes(name));
  const names = [...first.filter((name) => map[name] !== undefined), ...others.toSorted()];
  return Object.fromEntries(names.map((name) => [name, toValue(name, map[name])]));
}

function isTagged(map: AttributeMap): boolean {
  const [name = '', ...others] = Object.keys(map);
  return others.length === 0 && name.startsWith('$');
}

function isMap(value: unknown): value is AttributeMap {
  return typeof value === 'object' && value !== null;
}

function isItem(value: unknown): value is StoredItem {
  return (
    isMap(value) &&
    typeof value['Id'] === 'string' &&
    value['Id'] !== '' &&
    typeof value['Version'] === 'number'
  );
}

function byText(one: unknown, other: unknown): number {
  const [text, otherText] = [JSON.stringify(one), JSON.stringify(other)];
  return text < otherText ? -1 : Number(text > otherText);
}

function shortened(line: string): string {
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
