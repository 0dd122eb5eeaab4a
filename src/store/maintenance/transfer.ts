import { limits } from '../../character/event.ts';
import { archivedBy, inTheirLists } from '../directory-lists.ts';
import { contended } from '../errors.ts';
import { type EventKey, eventOrProblem, type StoredItem, UnreadableItemError } from '../event-item.ts';
import { allIds, allItems, type EventTable, type TableAdmin } from '../event-table.ts';
import { fromLine, toLine } from './json-lines.ts';

/**
 * Every item of the table as a line, by the UTF-8 bytes of the ids, then by version. On the embedded engine it is
 * the table at one moment, so that no group is there in part. Elsewhere each character is exported without gaps, up
 * to the moment it is read. One scan for the ids, then one query a page.
 */
export async function* exportLines(table: EventTable, admin: TableAdmin): AsyncGenerator<string> {
  const snapshot = admin.snapshot?.();
  const { query, ids } = snapshot ?? { query: table.query, ids: admin.ids };
  try {
    for (const id of await allIds({ ids })) {
      for await (const item of allItems({ query }, id)) yield toLine(item);
    }
  } finally {
    snapshot?.end();
  }
}

/** The result of an import. Everything up to what stopped it is stored. */
export type ImportOutcome =
  | { readonly type: 'imported'; readonly inserted: number; readonly thereBefore: number }
  /** Another event holds the key of one that was to be imported. */
  | { readonly type: 'taken'; readonly key: EventKey }
  /** The line, counted from 1, is no event that may be stored: what was expected, and what arrived. */
  | { readonly type: 'malformed'; readonly line: number; readonly problem: string };

/** A transaction of DynamoDB takes 4 MB, names and numbers counted a little differently from lines. */
const maxGroupBytes = 3_000_000;

/**
 * Inserts the items of lines as they are, in their order and in groups of up to 100, each whole or not at all.
 * A line comes as its bytes, without its end.
 * It may be interrupted and run again: an event that is there already is left as it is. Derived attributes
 * (the snapshot, the place in the directory) make no other event. `onItem` is called for every item stored.
 *
 * Stops at the first line that cannot be read as an event, that has an id too long for the engine, or that would
 * leave a gap: the event before it is on an earlier line or in the table. One read and one write for each group.
 */
export async function importLines(
  table: EventTable,
  admin: Pick<TableAdmin, 'maxIdBytes'>,
  lines: AsyncIterable<Uint8Array>,
  onItem: () => void = () => {},
): Promise<ImportOutcome> {
  const counts = { inserted: 0, thereBefore: 0 };
  let last: StoredItem | undefined;
  for await (const group of groupsOf(lines, admin.maxIdBytes)) {
    const outcome = await importGroup(table, group, last);
    last = group.lines.at(-1)?.item;
    if (outcome.type === 'taken') return outcome;
    counts.inserted += outcome.inserted;
    counts.thereBefore += outcome.thereBefore;
    for (let nth = outcome.inserted + outcome.thereBefore; nth > 0; nth -= 1) onItem();
    if (outcome.type === 'malformed')
      return { type: 'malformed', line: outcome.line, problem: outcome.problem };
  }
  return { type: 'imported', ...counts };
}

type Malformed = Extract<ImportOutcome, { readonly type: 'malformed' }>;

/** An item and the line it is on. */
type ItemLine = { readonly item: StoredItem; readonly line: number };

/** Items to insert together, and what keeps the next line from being one, if it is the last group. */
type ItemGroup = { readonly lines: readonly ItemLine[]; readonly end?: Malformed };

async function* groupsOf(texts: AsyncIterable<Uint8Array>, maxIdBytes: number): AsyncGenerator<ItemGroup> {
  let lines: ItemLine[] = [];
  let bytes = 0;
  let writes = 0;
  let line = 0;
  for await (const text of texts) {
    line += 1;
    if (text.length === 0) continue;
    const parsed = fromLine(text);
    const problem = parsed.type === 'malformed' ? parsed.problem : problemOf(parsed.item, maxIdBytes);
    if (parsed.type === 'malformed' || problem !== undefined) {
      return yield { lines, end: { type: 'malformed', line, problem: problem ?? '' } };
    }
    const size = text.length;
    const count = archivedBy(parsed.item) === undefined ? 1 : 2;
    if (writes + count > limits.groupSize || bytes + size > maxGroupBytes) {
      yield { lines };
      lines = [];
      bytes = 0;
      writes = 0;
    }
    lines.push({ item: parsed.item, line });
    bytes += size;
    writes += count;
  }
  yield { lines };
}

/** Why an item may not be stored, whatever else is there. */
function problemOf(item: StoredItem, maxIdBytes: number): string | undefined {
  const bytes = Buffer.byteLength(item.Id);
  if (bytes > maxIdBytes) return `expected an Id of at most ${maxIdBytes} bytes on this engine, got ${bytes}`;
  const stored = eventOrProblem(item);
  return stored instanceof UnreadableItemError ? stored.message.replace(/\.$/, '') : undefined;
}

/** The counts of a group, and what stopped it. */
type GroupOutcome = { readonly inserted: number; readonly thereBefore: number } & (
  | { readonly type: 'stored' }
  | Malformed
);

async function importGroup(
  table: EventTable,
  { lines, end }: ItemGroup,
  last: StoredItem | undefined,
): Promise<GroupOutcome | Extract<ImportOutcome, { readonly type: 'taken' }>> {
  const stored = new Map(last === undefined ? [] : [[keyText(last), last]]);
  const keys = new Map(lines.map(({ item }) => [keyText(item), item]));
  const previous = lines.map(({ item }) => previousKey(item));
  const outside = previous.filter(
    (key) => key.Version >= 0 && !keys.has(keyText(key)) && !stored.has(keyText(key)),
  );
  for (const item of await table.get([...keys.values(), ...outside])) stored.set(keyText(item), item);
  const missing: StoredItem[] = [];
  let stopped = end;
  let thereBefore = 0;
  for (const { item, line } of lines) {
    const there = stored.get(keyText(item));
    const isOther = there !== undefined && eventText(there) !== eventText(item);
    if (isOther && missing.includes(there)) {
      const key = `version ${item.Version} of ${JSON.stringify(item.Id)}`;
      stopped = { type: 'malformed', line, problem: `expected ${key} once, got another on an earlier line` };
      break;
    }
    if (isOther) return { type: 'taken', key: { Id: item.Id, Version: item.Version } };
    if (there === undefined && item.Version > 0 && !stored.has(keyText(previousKey(item)))) {
      const problem = `expected version ${item.Version - 1} of ${JSON.stringify(item.Id)} before it, got none`;
      stopped = { type: 'malformed', line, problem };
      break;
    }
    if (there === undefined) missing.push(item);
    else thereBefore += 1;
    stored.set(keyText(item), item);
  }
  await insertAll(table, missing);
  const counts = { inserted: missing.length, thereBefore };
  return stopped === undefined ? { type: 'stored', ...counts } : { ...stopped, ...counts };
}

function previousKey({ Id, Version }: EventKey): EventKey {
  return { Id, Version: Version - 1 };
}

async function insertAll(table: EventTable, items: readonly StoredItem[]): Promise<void> {
  if (items.length === 0) return;
  const outcome = await table.insert(inTheirLists(items));
  if (outcome.type === 'inserted') return;
  throw contended('Another program appended to the same characters during the import');
}

function keyText({ Id, Version }: EventKey): string {
  return JSON.stringify([Id, Version]);
}

function eventText({ Snapshot: _, Directory: __, ListedAt: ___, ...event }: StoredItem): string {
  return toLine(event);
}
