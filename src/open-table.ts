import { resolve } from 'node:path';
import type { StoreSettings } from './config.ts';
import type { StoreFault } from './store/errors.ts';
import type { EventTable, TableAdmin } from './store/event-table.ts';
import { measuredTable, type StoreTelemetry } from './store/telemetry.ts';

/** A checked table, its admin, and where its data is, as text for people. Closing the table ends both. */
export type OpenTable = { readonly table: EventTable; readonly admin: TableAdmin; readonly where: string };

/**
 * Opens the table of the configuration. The embedded store calls `onFailure` once it takes no more writes; where a
 * commit failed, the process has to expect an unhandled rejection, see `isFailedCommit`. With telemetry
 * every call of the table is counted. Throws `UnusableStoreError`, with one sentence, if the store is not usable.
 */
export async function openTable(
  store: StoreSettings,
  onFailure?: (fault: StoreFault) => void,
  telemetry?: StoreTelemetry,
): Promise<OpenTable> {
  const opened = await (store.type === 'embedded'
    ? openEmbedded(store.path, onFailure)
    : openDynamoDb(store, telemetry));
  return telemetry === undefined ? opened : { ...opened, table: measuredTable(opened.table, telemetry) };
}

// Only the engine that is used is loaded: the AWS SDK alone takes a quarter of a second.
async function openEmbedded(path: string, onFailure?: (fault: StoreFault) => void): Promise<OpenTable> {
  const { openEmbeddedEventTable } = await import('./store/embedded/event-table.ts');
  const folder = resolve(path);
  const table = await openEmbeddedEventTable(folder, onFailure);
  return { table, admin: table, where: `embedded store in ${folder}` };
}

async function openDynamoDb(
  { endpoint, tableName }: Extract<StoreSettings, { readonly type: 'dynamodb' }>,
  telemetry: StoreTelemetry | undefined,
): Promise<OpenTable> {
  const [{ connectToDynamoDb }, { createDynamoDbEventTable }, { createDynamoDbTableAdmin, prepareTable }] =
    await Promise.all([
      import('./store/dynamodb/client.ts'),
      import('./store/dynamodb/event-table.ts'),
      import('./store/dynamodb/table-admin.ts'),
    ]);
  const connection = await connectToDynamoDb(endpoint, telemetry);
  await prepareTable(connection, tableName);
  const { assumed } = connection;
  const assumptions = assumed.length > 0 ? `, with ${assumed.join(' and ')} since none are set` : '';
  return {
    table: createDynamoDbEventTable(connection.events, tableName, telemetry),
    admin: createDynamoDbTableAdmin(connection, tableName),
    where: `DynamoDB table ${tableName} at ${endpoint ?? connection.region}${assumptions}`,
  };
}
