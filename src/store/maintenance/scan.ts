import type { StoredItem } from '../event-item.ts';
import type { EventTable, TableAdmin } from '../event-table.ts';

const pageSize = 1_000;

/** Every id under which there are items, in the order of its UTF-8 bytes. Holds all of them in memory. */
export async function allIds(admin: Pick<TableAdmin, 'ids'>): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const id of admin.ids()) ids.add(id);
  const sorted = Array.from(ids, (id) => Buffer.from(id)).sort(Buffer.compare);
  return sorted.map(String);
}

/**
 * Every item of one id, versions ascending, also such that no event can have. Reads a page at a time, so what
 * is appended meanwhile comes too.
 */
export async function* allItems(table: EventTable, id: string): AsyncGenerator<StoredItem> {
  let from = Number.MIN_SAFE_INTEGER;
  for (let isFirst = true, isLast = false; !isLast; isFirst = false) {
    const page = await table.query(id, { from, limit: pageSize });
    yield* isFirst ? page : page.slice(1);
    isLast = page.length < pageSize;
    from = page.at(-1)?.Version ?? from;
  }
}
