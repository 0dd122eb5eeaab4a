import { type OpenTable, openTable } from '../open-table.ts';
import { readStoreSettings } from './settings.ts';

/** Does something with the table of the settings, and lets go of it whatever comes of that. */
export async function withTable<Result>(work: (open: OpenTable) => Promise<Result>): Promise<Result> {
  const open = await openTable(readStoreSettings());
  try {
    return await work(open);
  } finally {
    await open.table.close();
  }
}
