import { resolve } from 'node:path';
import { connectToDynamoDb } from '../store/dynamodb/dynamodb-client.ts';
import { createDynamoDbTableTools, prepareTable } from '../store/dynamodb/dynamodb-table-tools.ts';
import { openEmbeddedEventTable } from '../store/embedded/embedded-event-table.ts';
import type { TableTools } from '../store/table-tools.ts';
import { readStoreSettings } from './settings.ts';

/** The tools of the table of the settings, and how to let go of it. */
export type OpenTools = { readonly tools: TableTools; readonly close: () => Promise<void> };

/** Opens the table of the settings. Throws `UnusableStoreError` if it is not there or is another's. */
export async function openTools(): Promise<OpenTools> {
  const store = readStoreSettings();
  if (store.type === 'embedded') {
    const table = await openEmbeddedEventTable(resolve(store.path));
    return { tools: table, close: table.close };
  }
  const connection = await connectToDynamoDb(store.endpoint);
  await prepareTable(connection, store.tableName);
  return {
    tools: createDynamoDbTableTools(connection, store.tableName),
    close: async () => connection.client.destroy(),
  };
}
