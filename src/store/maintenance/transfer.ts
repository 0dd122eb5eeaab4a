import { limits } from '../../character/event.ts';
import type { EventKey, StoredItem } from '../event-item.ts';
import type { EventTable, TableAdmin } from '../event-table.ts';
import { fromLine, toLine } from './json-lines.ts';
import { allIds, allItems } from './scan.ts';

/**
 * Every item of the table as a line, by the UTF-8 bytes of the ids, then by version. A character that gets events
 * meanwhile is exported without gaps, up to the moment it is read. One scan for the ids, then one query a page.
 */
export async function* exportLines(table: EventTable, admin: TableAdmin): AsyncGenerator<string> {
  for (const id of await allIds(admin)) {
    for await (const item of allItems(table, id)) yield toLine(item);
  }
}

/** The result of an import. Everything up to what stopped it is stored. */
export type ImportOutcome =
  | { readonly type: 'imported'; readonly inserted: number; readonly thereBefore: number }
  /** Another event holds the key of one that was to be imported. */
  | { readonly type: 'taken'; readonly key: EventKey }
  /** Counted from 1. */
  | { readonly type: 'malformed'; readonly line: number; readonly problem: string };

/** A transaction of DynamoDB takes 4 MB, names and numbers counted a little differently from lines. */
const maxGroupBytes = 3_000_000;

/**
 * Inserts the items of lines as they are, in their order and in groups of up to 100, each whole or not at all.
 * It may be interrupted and run again: an event that is there already is left as it is. Derived attributes
 * (the snapshot, the place in the directory) make no other event. `onItem` is called for every item stored.
 */
export async function importLines(
  table: EventTable,
  lines: AsyncIterable<string>,
  onItem: () => void = () => {},
): Promise<ImportOutcome> {
  const counts = { inserted: 0, thereBefore: 0 };
  for await (const group of groupsOf(lines)) {
    const { items } = group;
    const outcome = await insertMissing(table, items);
    if (outcome.type === 'taken') return outcome;
    counts.inserted += outcome.inserted;
    counts.thereBefore += items.length - outcome.inserted;
    items.forEach(onItem);
    if (group.end?.type === 'malformed') return group.end;
  }
  return { type: 'imported', ...counts };
}

type Malformed = Extract<ImportOutcome, { readonly type: 'malformed' }>;

/** Items to insert together, and what keeps the next line from being one, if it is the last group. */
type ItemGroup = { readonly items: readonly StoredItem[]; readonly end?: Malformed };

async function* groupsOf(lines: AsyncIterable<string>): AsyncGenerator<ItemGroup> {
  let items: StoredItem[] = [];
  let bytes = 0;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text === '') continue;
    const parsed = fromLine(text);
    if (parsed.type === 'malformed') return yield { items, end: { ...parsed, line } };
    const size = Buffer.byteLength(text);
    if (items.length === limits.groupSize || bytes + size > maxGroupBytes) {
      yield { items };
      items = [];
      bytes = 0;
    }
    items.push(parsed.item);
    bytes += size;
  }
  yield { items };
}

async function insertMissing(
  table: EventTable,
  items: readonly StoredItem[],
): Promise<
  { readonly type: 'stored'; readonly inserted: number } | Extract<ImportOutcome, { readonly type: 'taken' }>
> {
  let missing = items;
  while (missing.length > 0) {
    const outcome = await table.insert(missing);
    if (outcome.type === 'inserted') break;
    const stored = new Map(outcome.items.map((item) => [keyText(item), item]));
    const other = missing.find((item) => {
      const there = stored.get(keyText(item));
      return there !== undefined && eventText(there) !== eventText(item);
    });
    if (other !== undefined) return { type: 'taken', key: { Id: other.Id, Version: other.Version } };
    missing = missing.filter((item) => !stored.has(keyText(item)));
  }
  return { type: 'stored', inserted: missing.length };
}

function keyText({ Id, Version }: EventKey): string {
  return JSON.stringify([Id, Version]);
}

function eventText({ Snapshot: _, Directory: __, ListedAt: ___, ...event }: StoredItem): string {
  return toLine(event);
}
