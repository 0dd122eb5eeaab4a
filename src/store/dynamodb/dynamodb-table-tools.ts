import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  type TableDescription,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { UnusableStoreError } from '../faults.ts';
import type { DynamoDbConnection } from './dynamodb-client.ts';
import { keyProblem, tableDefinition } from './table-definition.ts';

/**
 * Makes sure that the table is there and has our keys. A missing one is created, except on AWS.
 * Throws `UnusableStoreError`, with one sentence, if the server could not work with what it finds.
 */
export async function prepareTable(connection: DynamoDbConnection, tableName: string): Promise<void> {
  const where = connection.endpoint ?? `DynamoDB in ${connection.region}`;
  const table = await describeTable(connection, tableName).catch((cause: unknown) => {
    throw new UnusableStoreError(`${where} does not answer: ${reason(cause)}.`, { cause });
  });
  if (table === undefined) {
    if (isAws(connection.endpoint)) {
      throw new UnusableStoreError(
        `${where} has no table ${tableName}: create it, or name another in EVENT_STORE_TABLE.`,
      );
    }
    return createTable(connection, tableName);
  }
  const problem = keyProblem(table);
  if (problem !== undefined) throw new UnusableStoreError(problem);
}

async function describeTable(
  { client }: DynamoDbConnection,
  tableName: string,
): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function createTable({ client }: DynamoDbConnection, tableName: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(tableDefinition(tableName)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: tableName });
}

function isAws(endpoint: string | undefined): boolean {
  return endpoint === undefined || /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `${error.name} ${String(error.code)}` : `${error.name} ${error.message}`.trim();
}
