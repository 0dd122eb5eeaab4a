import { Command } from 'commander';
import type { TableCreation } from '../store/dynamodb/table-admin.ts';
import { tableTemplate } from '../store/dynamodb/table-schema.ts';
import { RefusedError, readDynamoDbSettings } from './program.ts';

/** `table`: creates the DynamoDB table, compares one with its definition, prints a template of it. */
export function tableCommand(): Command {
  const command = new Command('table').description('The DynamoDB table: create it, check it, describe it');
  command
    .command('create')
    .description('create the table, or the index that an existing one lacks')
    .option('--json', 'answer in JSON')
    .action(create);
  command
    .command('status')
    .description('compare the table with its definition; exit code 1 if it differs')
    .option('--json', 'answer in JSON')
    .action(status);
  command
    .command('template')
    .description('print a CloudFormation template of the table, its index and the policy that a server needs')
    .option('--stream', 'with a DynamoDB stream of new images, for programs on AWS that are told of events')
    .action(template);
  return command;
}

type OutputOptions = { readonly json?: true };

const creations: Readonly<Record<TableCreation, string>> = {
  created: 'is created.',
  index_added: 'has got its index Directory, which DynamoDB fills in the background.',
  nothing_to_do: 'is there already, whole.',
};

async function create({ json }: OutputOptions): Promise<void> {
  const { connection, tableName, admin } = await connect();
  const outcome = await admin.createWholeTable(connection, tableName);
  print(
    json ? JSON.stringify({ table: tableName, outcome }) : `The table ${tableName} ${creations[outcome]}`,
  );
}

async function status({ json }: OutputOptions): Promise<void> {
  const { connection, tableName, admin } = await connect();
  const problems = await admin.tableProblems(connection, tableName);
  if (json) print(JSON.stringify({ table: tableName, problems }));
  else print(problems.length > 0 ? problems.join('\n') : `The table ${tableName} is whole.`);
  if (problems.length > 0) throw new RefusedError();
}

function template({ stream = false }: { readonly stream?: boolean }): void {
  print(JSON.stringify(tableTemplate(readDynamoDbSettings().tableName, { stream }), null, 2));
}

/** The AWS SDK is loaded only where it is used: it takes a quarter of a second, and warns of old versions of Node. */
async function connect() {
  const { endpoint, tableName } = readDynamoDbSettings();
  const [{ connectToDynamoDb }, admin] = await Promise.all([
    import('../store/dynamodb/client.ts'),
    import('../store/dynamodb/table-admin.ts'),
  ]);
  return { connection: await connectToDynamoDb(endpoint), tableName, admin };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
