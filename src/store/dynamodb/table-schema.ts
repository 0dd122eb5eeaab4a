import type { CreateTableCommandInput, KeySchemaElement, TableDescription } from '@aws-sdk/client-dynamodb';

/** The sparse index that lists the characters: only items that have both attributes of its key are in it. */
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

/**
 * A CloudFormation template of the table, its index and the policy that a server needs: what it calls, on
 * this table, and nothing else. Writing several items at once needs no permission beside that for one. With a stream,
 * what is stored is told to AWS: each new event as an `INSERT` with its item.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export function tableTemplate(tableName: string, { stream = false }: { readonly stream?: boolean } = {}) {
  const table = { 'Fn::GetAtt': ['EventTable', 'Arn'] };
  const index = { 'Fn::Sub': `\${EventTable.Arn}/index/${directoryIndexName}` };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The events of the characters, and the policy that a server of them needs',
    Resources: {
      EventTable: {
        Type: 'AWS::DynamoDB::Table',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          ...tableDefinition(tableName),
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          DeletionProtectionEnabled: true,
          ...(stream ? { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } } : {}),
        },
      },
      EventStorePolicy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: `Appending to and reading from the table ${tableName}`,
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: serverActions.map((name) => `dynamodb:${name}`), Resource: table },
              { Effect: 'Allow', Action: ['dynamodb:Query'], Resource: index },
            ],
          },
        },
      },
    },
    Outputs: {
      PolicyArn: { Value: { Ref: 'EventStorePolicy' } },
      ...(stream ? { StreamArn: { Value: { 'Fn::GetAtt': ['EventTable', 'StreamArn'] } } } : {}),
    },
  };
}

/** `UpdateItem` puts characters away; without it that is refused, and everything else works. */
const serverActions = ['BatchGetItem', 'DescribeTable', 'PutItem', 'Query', 'UpdateItem'];
