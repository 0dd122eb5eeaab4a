import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Creates a table with these keys and nothing else; those of the Go program of the series if none are given. */
export async function createBareTable(
  client: DynamoDBDocumentClient,
  TableName: string,
  hash = 'Id',
  range: string | null = 'Version',
): Promise<void> {
  const AttributeDefinitions = [
    { AttributeName: hash, AttributeType: 'S' as const },
    ...(range === null ? [] : [{ AttributeName: range, AttributeType: 'N' as const }]),
  ];
  const [hashKey, ...others] = AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  const KeySchema = [
    { AttributeName: hashKey, KeyType: 'HASH' as const },
    ...others.map((AttributeName) => ({ AttributeName, KeyType: 'RANGE' as const })),
  ];
  await client.send(
    new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema }),
  );
}
