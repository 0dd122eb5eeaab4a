import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { UnusableStoreError } from '../errors.ts';
import type { StoredItem } from '../event-item.ts';
import type { TableAdmin } from '../event-table.ts';
import type { DynamoDbConnection } from './client.ts';
import { directoryUpdate } from './directory.ts';
import { directoryProblem, keyProblem, tableDefinition } from './table-schema.ts';

const describeDeadlineMs = 10_000;

/**
 * Makes sure that the table is there and has our keys. A missing one is created, except on AWS. One round trip,
 * and until it is active one a second where the table is created.
 * Throws `UnusableStoreError`, with one sentence, if the server could not work with what it finds.
 */
export async function prepareTable(connection: DynamoDbConnection, tableName: string): Promise<void> {
  const table = await describeTable(connection, tableName);
  if (table === undefined && isAws(connection.endpoint)) {
    throw new UnusableStoreError(
      `${placeOf(connection)} has no table ${tableName}: \`character-events table create\` creates it, or name another in EVENT_STORE_TABLE.`,
    );
  }
  if (table === undefined) return createTable(connection, tableName);
  const problem = keyProblem(table);
  if (problem !== undefined) throw new UnusableStoreError(problem);
}

/** Of a partition key. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const maxIdBytes = 2_048;

/** What had to be done so that a table is there whole. */
export type TableCreation = 'created' | 'index_added' | 'nothing_to_do';

/**
 * Creates the table, on AWS with point-in-time recovery and deletion protection, or the index that an
 * existing one lacks; DynamoDB then fills the index in the background. Throws `UnusableStoreError` if a table
 * with other keys has the name.
 */
export async function createWholeTable(
  connection: DynamoDbConnection,
  tableName: string,
): Promise<TableCreation> {
  const table = await describeTable(connection, tableName);
  if (table === undefined) {
    await createTable(connection, tableName);
    return 'created';
  }
  const problem = keyProblem(table);
  if (problem !== undefined) throw new UnusableStoreError(problem);
  if (directoryProblem(table) === undefined) return 'nothing_to_do';
  await addDirectoryIndex(connection, tableName);
  return 'index_added';
}

/** Everything in which a table differs from its definition, a sentence each; empty if it is whole. */
export async function tableProblems(
  connection: DynamoDbConnection,
  tableName: string,
): Promise<readonly string[]> {
  const table = await describeTable(connection, tableName);
  if (table === undefined) return [`${placeOf(connection)} has no table ${tableName}.`];
  return [keyProblem(table), directoryProblem(table)].filter((problem) => problem !== undefined);
}

/** The admin of a table. A scan costs the capacity of the whole table. */
export function createDynamoDbTableAdmin({ documents }: DynamoDbConnection, tableName: string): TableAdmin {
  return {
    maxIdBytes,
    scan: async function* () {
      for await (const page of paginateScan(
        { client: documents },
        { TableName: tableName, ConsistentRead: true },
      )) {
        yield* (page.Items ?? []) as StoredItem[];
      }
    },
    ids: async function* () {
      const keysOnly = { TableName: tableName, ConsistentRead: true, ProjectionExpression: 'Id' };
      for await (const page of paginateScan({ client: documents }, keysOnly)) {
        for (const { Id } of page.Items ?? []) yield Id;
      }
    },
    enterDirectory: async (place) => {
      await documents.send(new UpdateItemCommand(directoryUpdate({ tableName }, place))).catch(unlessGone);
    },
    repairSnapshots: async (repairs) => {
      const updates = repairs.map(({ key: { Id, Version }, snapshot }) => {
        const update = new UpdateCommand({
          TableName: tableName,
          Key: { Id, Version },
          UpdateExpression: 'SET #snapshot = :snapshot',
          ConditionExpression: 'attribute_exists(Id)',
          ExpressionAttributeNames: { '#snapshot': 'Snapshot' },
          ExpressionAttributeValues: { ':snapshot': snapshot },
        });
        return documents.send(update).catch(unlessGone);
      });
      await Promise.all(updates);
    },
  };
}

/** An item that is there no more needs no update. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

async function describeTable(
  connection: DynamoDbConnection,
  tableName: string,
): Promise<TableDescription | undefined> {
  const deadline = AbortSignal.timeout(describeDeadlineMs);
  const sent = await connection.events.describeTable({ TableName: tableName }, deadline);
  if (sent.type === 'answered') return sent.output.Table;
  const cause = sent.error;
  if (cause instanceof ResourceNotFoundException) return undefined;
  throw new UnusableStoreError(`${placeOf(connection)} does not answer: ${reason(cause)}.`, { cause });
}

async function createTable({ documents, endpoint }: DynamoDbConnection, tableName: string): Promise<void> {
  const protection = isAws(endpoint) ? { DeletionProtectionEnabled: true } : {};
  try {
    await documents.send(new CreateTableCommand({ ...tableDefinition(tableName), ...protection }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client: documents, maxWaitTime: 60, minDelay: 1 }, { TableName: tableName });
  if (!isAws(endpoint)) return;
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await documents.send(
    new UpdateContinuousBackupsCommand({ TableName: tableName, PointInTimeRecoverySpecification }),
  );
}

async function addDirectoryIndex({ documents }: DynamoDbConnection, tableName: string): Promise<void> {
  const { AttributeDefinitions, GlobalSecondaryIndexes } = tableDefinition(tableName);
  const [{ IndexName, KeySchema, Projection }] = GlobalSecondaryIndexes;
  await documents.send(
    new UpdateTableCommand({
      TableName: tableName,
      AttributeDefinitions: [...AttributeDefinitions],
      GlobalSecondaryIndexUpdates: [{ Create: { IndexName, KeySchema: [...KeySchema], Projection } }],
    }),
  );
}

function placeOf({ endpoint, region }: DynamoDbConnection): string {
  return endpoint ?? `DynamoDB in ${region}`;
}

function isAws(endpoint: string | undefined): boolean {
  return endpoint === undefined || /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `${error.name} ${String(error.code)}` : `${error.name} ${error.message}`.trim();
}
