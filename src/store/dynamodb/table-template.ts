import { directoryIndexName, tableDefinition } from './table-schema.ts';

/**
 * A CloudFormation template of the table, its index and the policy that a server needs: what it calls, on
 * this table, and nothing else. Writing several items at once needs no permission beside that for one.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function tableTemplate(tableName: string) {
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
    Outputs: { PolicyArn: { Value: { Ref: 'EventStorePolicy' } } },
  };
}

const serverActions = ['BatchGetItem', 'DescribeTable', 'PutItem', 'Query'];
