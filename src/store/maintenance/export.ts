import type { EventTable, TableAdmin } from '../event-table.ts';
import { toLine } from './json-lines.ts';
import { allIds, allItems } from './scan.ts';

/**
 * Every item of the table as a line, by the UTF-8 bytes of the ids, then by version. Of characters to which
 * something happens meanwhile it gives a history without gaps, up to when their turn came.
 */
export async function* exportLines(table: EventTable, admin: TableAdmin): AsyncGenerator<string> {
  for (const id of await allIds(admin)) {
    for await (const item of allItems(table, id)) yield toLine(item);
  }
}
