import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectToDynamoDb } from '../../src/store/dynamodb/client.ts';
import { createDynamoDbEventTable } from '../../src/store/dynamodb/event-table.ts';
import { createDynamoDbTableAdmin, prepareTable } from '../../src/store/dynamodb/table-admin.ts';
import { openEmbeddedEventTable } from '../../src/store/embedded/event-table.ts';
import type { EventTable, TableAdmin } from '../../src/store/event-table.ts';
import { startDynalite } from './dynalite.ts';
import { dynoxidePath, startDynoxide } from './dynoxide.ts';
import type { RunningEngine } from './engine-process.ts';

/** A fresh, empty table on an engine, and the environment that points a server at the same table. */
export type EngineUnderTest = {
  readonly table: EventTable;
  readonly environment: Readonly<Record<string, string>>;
  readonly admin: TableAdmin;
  readonly close: () => Promise<void>;
};

/** An engine that the suites run over. */
export type Engine = { readonly name: string; readonly open: () => Promise<EngineUnderTest> };

/** The embedded engine, in a folder of its own. */
export const embedded: Engine = {
  name: 'embedded (LMDB)',
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'character-events-'));
    const table = await openEmbeddedEventTable(folder);
    return {
      table,
      admin: table,
      environment: { EVENT_STORE: 'embedded', EVENT_STORE_PATH: folder },
      close: async () => {
        await table.close();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** A table on a DynamoDB engine; `through` may put a proxy between the table and the engine. */
export function openDynamoDb(
  through: (endpoint: string) => Promise<RunningEngine> = asItIs,
): Promise<EngineUnderTest> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  return openTable(given ? () => asItIs(given) : startDynoxide, through);
}

async function asItIs(endpoint: string): Promise<RunningEngine> {
  return { endpoint, stop: async () => {} };
}

async function openTable(
  start: () => Promise<RunningEngine>,
  through: (endpoint: string) => Promise<RunningEngine>,
): Promise<EngineUnderTest> {
  const engine = await start();
  const proxy = await through(engine.endpoint);
  const tableName = `events-${crypto.randomUUID()}`;
  const connection = await connectToDynamoDb(proxy.endpoint);
  await prepareTable(connection, tableName);
  const table = createDynamoDbEventTable(connection.events, tableName);
  return {
    table,
    admin: createDynamoDbTableAdmin(connection, tableName),
    environment: { EVENT_STORE: 'dynamodb', EVENT_STORE_TABLE: tableName, DYNAMODB_ENDPOINT: proxy.endpoint },
    close: async () => {
      await table.close();
      await proxy.stop();
      await engine.stop();
    },
  };
}

/** Whether there is a DynamoDB engine to test with. */
export const hasDynamoDb = Boolean(process.env['DYNAMODB_ENDPOINT'] || dynoxidePath);

if (!hasDynamoDb) {
  process.stderr.write(
    'DynamoDB suites skipped: set DYNAMODB_ENDPOINT to an engine such as DynamoDB Local.\n',
  );
}

/** An engine with single appends only: no transactions, and no item with a failed condition. */
export const dynalite: Engine = { name: 'dynalite', open: () => openTable(startDynalite, asItIs) };

/** Every engine that this machine can run. */
export const engines: readonly Engine[] = hasDynamoDb
  ? [
      embedded,
      { name: process.env['DYNAMODB_ENDPOINT'] ? 'DynamoDB' : 'dynoxide', open: () => openDynamoDb() },
    ]
  : [embedded];
