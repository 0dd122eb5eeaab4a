import { resolve } from 'node:path';
import type { Config } from './config.ts';
import type { EventTable } from './store/event-table.ts';
import type { StoreFault } from './store/faults.ts';
import { observedTable } from './store/observed-table.ts';
import type { StoreObserver } from './store/store-observer.ts';
import type { TableTools } from './store/table-tools.ts';

/** A checked table, its tools, and where its data is, for people. Closing the table ends both. */
export type OpenTable = { readonly table: EventTable; readonly tools: TableTools; readonly where: string };

/**
 * Opens the table of the configuration. `onFailure` is told when the embedded store cannot write any more, the
 * observer of everything that is done with the table.
 * Throws `UnusableStoreError`, with one sentence, if it cannot be worked with.
 */
export async function openTable(
  store: Config['store'],
  onFailure?: (fault: StoreFault) => void,
  observer?: StoreObserver,
): Promise<OpenTable> {
  const opened = await (store.type === 'embedded'
    ? openEmbedded(store.path, onFailure)
    : openDynamoDb(store, observer));
  return observer === undefined ? opened : { ...opened, table: observedTable(opened.table, observer) };
}

// Only the engine that is used is loaded: the AWS SDK alone takes a quarter of a second.
async function openEmbedded(path: string, onFailure?: (fault: StoreFault) => void): Promise<OpenTable> {
  const { isFailedCommit, openEmbeddedEventTable } = await import('./store/embedded/embedded-event-table.ts');
  process.on('unhandledRejection', (reason) => {
    if (!isFailedCommit(reason)) throw reason;
  });
  const folder = resolve(path);
  const table = await openEmbeddedEventTable(folder, onFailure);
  return { table, tools: table, where: `embedded store in ${folder}` };
}

async function openDynamoDb(
  { endpoint, tableName }: Extract<Config['store'], { readonly type: 'dynamodb' }>,
  observer: StoreObserver | undefined,
): Promise<OpenTable> {
  const [{ connectToDynamoDb }, { createDynamoDbEventTable }, { createDynamoDbTableTools, prepareTable }] =
    await Promise.all([
      import('./store/dynamodb/dynamodb-client.ts'),
      import('./store/dynamodb/dynamodb-event-table.ts'),
      import('./store/dynamodb/dynamodb-table-tools.ts'),
    ]);
  const connection = await connectToDynamoDb(endpoint, observer);
  await prepareTable(connection, tableName);
  const { assumed } = connection;
  const inventions = assumed.length > 0 ? `, with ${assumed.join(' and ')} since none are set` : '';
  return {
    table: createDynamoDbEventTable(connection.events, tableName, observer),
    tools: createDynamoDbTableTools(connection, tableName),
    where: `DynamoDB table ${tableName} at ${endpoint ?? connection.region}${inventions}`,
  };
}
