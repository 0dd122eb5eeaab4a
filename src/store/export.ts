import { toLine } from './event-lines.ts';
import type { EventTable } from './event-table.ts';
import type { TableTools } from './table-tools.ts';
import { allIds, allItems } from './whole-table.ts';

/**
 * Every item of the table as a line, by the UTF-8 bytes of the ids, then by version. Of characters to which
 * something happens meanwhile it gives a history without gaps, up to when their turn came.
 */
export async function* exportLines(table: EventTable, tools: TableTools): AsyncGenerator<string> {
  for (const id of await allIds(tools)) {
    for await (const item of allItems(table, id)) yield toLine(item);
  }
}
