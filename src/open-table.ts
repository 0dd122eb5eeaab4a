import { resolve } from 'node:path';
import type { Config } from './config.ts';
import type { StoreFault } from './store/errors.ts';
import type { EventTable, TableAdmin } from './store/event-table.ts';
import type { StoreTelemetry } from './store/telemetry.ts';
import { measuredTable } from './store/telemetry.ts';

/** A checked table, its admin, and where its data is, for people. Closing the table ends both. */
export type OpenTable = { readonly table: EventTable; readonly admin: TableAdmin; readonly where: string };

/**
 * Opens the table of the configuration. `onFailure` is told when the embedded store cannot write any more, the
 * telemetry of everything that is done with the table.
 * Throws `UnusableStoreError`, with one sentence, if it cannot be worked with.
 */
export async function openTable(
  store: Config['store'],
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
  const { isFailedCommit, openEmbeddedEventTable } = await import('./store/embedded/event-table.ts');
  process.on('unhandledRejection', (reason) => {
    if (!isFailedCommit(reason)) throw reason;
  });
  const folder = resolve(path);
  const table = await openEmbeddedEventTable(folder, onFailure);
  return { table, admin: table, where: `embedded store in ${folder}` };
}

async function openDynamoDb(
  { endpoint, tableName }: Extract<Config['store'], { readonly type: 'dynamodb' }>,
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
  const inventions = assumed.length > 0 ? `, with ${assumed.join(' and ')} since none are set` : '';
  return {
    table: createDynamoDbEventTable(connection.events, tableName, telemetry),
    admin: createDynamoDbTableAdmin(connection, tableName),
    where: `DynamoDB table ${tableName} at ${endpoint ?? connection.region}${inventions}`,
  };
}
