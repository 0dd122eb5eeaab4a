import type { CreateTableCommandInput, KeySchemaElement, TableDescription } from '@aws-sdk/client-dynamodb';

/** The sparse index that lists the characters: only items with both its attributes are in it. */
export const directoryIndexName = 'Directory';

/** The table as it is created, and as an existing one is checked against. */
export function tableDefinition(tableName: string) {
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'Id', AttributeType: 'S' },
      { AttributeName: 'Version', AttributeType: 'N' },
      { AttributeName: 'Directory', AttributeType: 'S' },
      { AttributeName: 'ListedAt', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'Id', KeyType: 'HASH' },
      { AttributeName: 'Version', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: directoryIndexName,
        KeySchema: [
          { AttributeName: 'Directory', KeyType: 'HASH' },
          { AttributeName: 'ListedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  } as const satisfies CreateTableCommandInput;
}

/** What keeps a table from holding events, in one sentence; `undefined` if its keys are ours. */
export function keyProblem(table: TableDescription): string | undefined {
  const expected = describeKeys(tableDefinition(table.TableName ?? ''));
  const actual = describeKeys(table);
  if (actual === expected) return undefined;
  return `The table ${table.TableName} has the keys ${actual}, expected ${expected}.`;
}

/** What keeps a table's characters from being listed, in one sentence; `undefined` if its index is ours. */
export function directoryProblem(table: TableDescription): string | undefined {
  const [definition] = tableDefinition('').GlobalSecondaryIndexes;
  const index = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === directoryIndexName);
  const name = `The table ${table.TableName}`;
  if (index === undefined) {
    return `${name} has no index ${directoryIndexName}: \`character-events table create\` adds it.`;
  }
  const { AttributeDefinitions } = table;
  const actual = describeKeys({ KeySchema: index.KeySchema, AttributeDefinitions });
  const expected = describeKeys({ ...tableDefinition(''), KeySchema: definition.KeySchema });
  if (actual !== expected) {
    return `${name} has an index ${directoryIndexName} with the keys ${actual}, expected ${expected}.`;
  }
  if (index.IndexStatus === 'ACTIVE') return undefined;
  return `${name} has an index ${directoryIndexName} that is ${index.IndexStatus}, expected ACTIVE.`;
}

type Keys = {
  readonly KeySchema?: readonly KeySchemaElement[] | undefined;
  readonly AttributeDefinitions?: TableDescription['AttributeDefinitions'] | readonly KeyAttribute[];
};
type KeyAttribute = NonNullable<TableDescription['AttributeDefinitions']>[number];

function describeKeys({ KeySchema = [], AttributeDefinitions = [] }: Keys): string {
  const typeOf = (name: string | undefined) =>
    AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return KeySchema.map(
    ({ AttributeName, KeyType }) => `${AttributeName} (${KeyType}, ${typeOf(AttributeName)})`,
  ).join(' and ');
}
