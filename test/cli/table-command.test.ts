import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectToDynamoDb } from '../../src/store/dynamodb/client.ts';
import { createBareTable } from '../engines/bare-table.ts';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { runCommand, startServer } from '../engines/server-process.ts';
import { appendEvent, characters } from '../graphql/documents.ts';

describe.skipIf(!hasDynamoDb)('on a DynamoDB engine', () => {
  let engine: EngineUnderTest;
  let environment: Readonly<Record<string, string>>;
  const tableName = `table-${crypto.randomUUID()}`;
  beforeEach(async () => {
    engine = await openDynamoDb();
    environment = { ...engine.environment, EVENT_STORE_TABLE: tableName };
  });
  afterEach(() => engine.close());

  const table = (...args: readonly string[]) => runCommand(['table', ...args], environment);

  /** A table with other keys, or without the index, as other programs make them. */
  async function createForeignTable(hash?: string, range?: string | null): Promise<void> {
    const { documents: client } = await connectToDynamoDb(environment['DYNAMODB_ENDPOINT']);
    await createBareTable(client, tableName, hash, range);
  }

  test('table create creates the table once, and table status finds it whole', async () => {
    expect(await table('status')).toMatchObject({
      code: 1,
      stdout: `${environment['DYNAMODB_ENDPOINT']} has no table ${tableName}.\n`,
    });
    expect(await table('create')).toEqual({
      code: 0,
      stdout: `The table ${tableName} is created.\n`,
      stderr: '',
    });
    expect((await table('create')).stdout).toBe(`The table ${tableName} is there already, whole.\n`);
    expect(await table('status')).toEqual({
      code: 0,
      stdout: `The table ${tableName} is whole.\n`,
      stderr: '',
    });
  });

  test('table create adds the index that a table of the Go program lacks', async () => {
    await createForeignTable();
    const problem = `The table ${tableName} has no index Directory: \`character-events table create\` adds it.`;
    expect(await table('status', '--json')).toMatchObject({
      code: 1,
      stdout: `${JSON.stringify({ table: tableName, problems: [problem] })}\n`,
    });
    expect(await table('create', '--json')).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ table: tableName, outcome: 'index_added' })}\n`,
    });
    expect(await table('status')).toMatchObject({ code: 0 });
    const server = await startServer(environment);
    await server.graphql(appendEvent, {
      input: { characterId: 'bard', characterName: 'B', characterHitPoints: 1 },
    });
    expect((await server.graphql(characters)).data).toMatchObject({
      characters: { nodes: [{ id: 'bard' }] },
    });
    await server.stop('SIGTERM');
  });

  test('a table with other keys is refused in one sentence', async () => {
    await createForeignTable('pk', null);
    const sentence = `The table ${tableName} has the keys pk (HASH, S), expected Id (HASH, S) and Version (RANGE, N).\n`;
    expect(await table('create')).toEqual({ code: 1, stdout: '', stderr: sentence });
    const { code, stdout } = await table('status');
    expect(code).toBe(1);
    expect(stdout).toContain(sentence);
  });

  test('an engine that is not there is a sentence', async () => {
    const gone = { ...environment, DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' };
    const { code, stdout, stderr } = await runCommand(['table', 'status'], gone);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^http:\/\/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED\.\n$/);
  });
});

test('table template prints the table, its index and the least policy, from the one definition', async () => {
  const { code, stdout } = await runCommand(['table', 'template'], { EVENT_STORE_TABLE: 'party' });
  const { EventTable, EventStorePolicy } = JSON.parse(stdout).Resources;
  expect(code).toBe(0);
  expect(EventTable).toMatchObject({
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: 'Retain',
    Properties: {
      TableName: 'party',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'Id', KeyType: 'HASH' },
        { AttributeName: 'Version', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [{ IndexName: 'Directory', Projection: { ProjectionType: 'KEYS_ONLY' } }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    },
  });
  expect(EventStorePolicy.Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: [
        'dynamodb:BatchGetItem',
        'dynamodb:DescribeTable',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
      Resource: { 'Fn::GetAtt': ['EventTable', 'Arn'] },
    },
    {
      Effect: 'Allow',
      Action: ['dynamodb:Query'],
      Resource: { 'Fn::Sub': `\${EventTable.Arn}/index/Directory` },
    },
  ]);
});

test('table template --stream adds a stream of new images, and nothing else', async () => {
  const [plain, streamed] = await Promise.all(
    [[], ['--stream']].map(async (options) =>
      JSON.parse((await runCommand(['table', 'template', ...options])).stdout),
    ),
  );
  expect(plain.Resources.EventTable.Properties).not.toHaveProperty('StreamSpecification');
  plain.Resources.EventTable.Properties.StreamSpecification = { StreamViewType: 'NEW_IMAGE' };
  plain.Outputs.StreamArn = { Value: { 'Fn::GetAtt': ['EventTable', 'StreamArn'] } };
  expect(streamed).toEqual(plain);
});

describe('the command line', () => {
  test.each([[['--help']], [['table', '--help']], [['table', 'create', '--help']]])(
    'explains itself with %j',
    async (args) => {
      const { code, stdout } = await runCommand(args);
      expect(code).toBe(0);
      expect(stdout).toContain(
        `Usage: character-events${args
          .slice(0, -1)
          .map((name) => ` ${name}`)
          .join('')}`,
      );
    },
  );

  test.each([[['tabel']], [['table', 'crate']], [['table', 'create', '--jsno']], [[]], [['table']]])(
    'ends with 2 on %j',
    async (args) => {
      const { code, stdout, stderr } = await runCommand(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    },
  );

  test('ends with 2 on wrong settings, all named at once', async () => {
    const wrong = { EVENT_STORE_TABLE: 'x', DYNAMODB_ENDPOINT: 'nowhere' };
    expect(await runCommand(['table', 'status'], wrong)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'EVENT_STORE_TABLE: expected a table name of 3 to 255 letters, digits, "_", "." or "-", got "x".\n' +
        'DYNAMODB_ENDPOINT: expected an http or https address such as "http://localhost:8000", got "nowhere".\n',
    });
  });
});
