import { resolve } from 'node:path';
import { connectToDynamoDb } from '../store/dynamodb/dynamodb-client.ts';
import { createDynamoDbEventTable } from '../store/dynamodb/dynamodb-event-table.ts';
import { createDynamoDbTableTools, prepareTable } from '../store/dynamodb/dynamodb-table-tools.ts';
import { openEmbeddedEventTable } from '../store/embedded/embedded-event-table.ts';
import type { EventTable } from '../store/event-table.ts';
import type { TableTools } from '../store/table-tools.ts';
import { readStoreSettings } from './settings.ts';

/** The table of the settings, its tools, and how to let go of both. */
export type OpenStore = {
  readonly table: EventTable;
  readonly tools: TableTools;
  readonly close: () => Promise<void>;
};

/** Opens the table of the settings. Throws `UnusableStoreError` if it is not there or is another's. */
export async function openStore(): Promise<OpenStore> {
  const settings = readStoreSettings();
  if (settings.type === 'embedded') {
    const table = await openEmbeddedEventTable(resolve(settings.path));
    return { table, tools: table, close: table.close };
  }
  const connection = await connectToDynamoDb(settings.endpoint);
  await prepareTable(connection, settings.tableName);
  const table = createDynamoDbEventTable(connection.client, settings.tableName);
  return { table, tools: createDynamoDbTableTools(connection, settings.tableName), close: table.close };
}
