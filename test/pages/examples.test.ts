import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { connectToDynamoDb } from '../../src/store/dynamodb/client.ts';
import { createBareTable } from '../engines/bare-table.ts';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { type Example, examplesOf, pages, root, textOf } from './pages.ts';
import { openShell, type Shell } from './shell.ts';

/** The examples that other tests run, by a word that is in them, and which test that is. */
const elsewhere: Readonly<Record<string, string>> = {
  'switch (result.__typename)': 'programs.test.ts',
  'createEventStore({ table })': 'programs.test.ts',
  'new InMemoryCache': 'programs.test.ts',
  'new Client({': 'programs.test.ts',
  NodeTracerProvider: 'programs.test.ts',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'programs.test.ts',
  'export const movingOn': '../graphql/live-clients.test.ts',
  'movingOn(': '../graphql/live-clients.test.ts',
  'new GraphQLWsLink(': '../graphql/live-clients.test.ts',
  'subscriptionExchange(': '../graphql/live-clients.test.ts',
  reverse_proxy: 'proxy.test.ts',
  'follow --after': 'outbox.test.ts',
  'AWS::Pipes::Pipe': 'outbox.test.ts',
  '"query Party {': 'trusted-documents.test.ts',
  TRUSTED_DOCUMENTS: 'trusted-documents.test.ts',
  '"documentId": "sha256:': 'trusted-documents.test.ts',
  'flowchart RL': '../architecture.test.ts',
};

/** What is run by nobody here, and why. */
const notHere: Readonly<Record<string, string>> = {
  'docker run': 'there is no Docker: .ci/production takes the steps of the image and starts it',
  '--prefix bench': 'it takes 20 minutes: .ci/run runs each benchmark for a moment',
  'npm ci && npm test': 'these are the tests',
  'npx vite src/sheet': 'it serves until it is ended: the build of the tests takes the same settings',
  'flowchart TD': 'a picture',
};

const isOneOf = (list: Readonly<Record<string, string>>, { code }: Example) =>
  Object.keys(list).some((word) => code.includes(word));

/** The answer that follows a request on the page. */
type Request = Example & { readonly answer: Example | undefined };

const requests = pages.map((page) => {
  const examples = examplesOf(page);
  const runHere: Request[] = examples
    .map((example, place) => {
      const next = examples[place + 1];
      return { ...example, answer: next?.language === 'json' ? next : undefined };
    })
    .filter((example) => /^(graphql|sh)$/.test(example.language))
    .filter((example) => !isOneOf(elsewhere, example) && !isOneOf(notHere, example));
  return { page, examples, runHere };
});

describe.each(requests.filter(({ runHere }) => runHere.length > 0))(
  'the examples of $page',
  ({ runHere }) => {
    let shell: Shell;
    let server: ServerProcess;
    let engine: EngineUnderTest | undefined;
    let dynamoDb: Readonly<Record<string, string>> = {};
    beforeAll(async () => {
      shell = await openShell();
      server = await startServer({}, { cwd: shell.folder });
      if (!hasDynamoDb) return;
      engine = await openDynamoDb();
      const { DYNAMODB_ENDPOINT = '' } = engine.environment;
      dynamoDb = { DYNAMODB_ENDPOINT, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    });
    afterAll(async () => {
      await server.stop('SIGTERM');
      await engine?.close();
      await shell.close();
    });

    test.each(runHere)('do what they say: $language $code', async ({ language, code, answer, heading }) => {
      if (language === 'graphql') expect(await graphql(code, answer?.code)).toEqual(answered(answer));
      else if (answer !== undefined) expect(JSON.parse((await sh(code)).stdout)).toEqual(answered(answer));
      else if (heading === 'An existing table') await onAnExistingTable(code);
      else await toTheEnd(code);
    });

    const answered = (answer: Example | undefined) => (answer ? JSON.parse(answer.code) : undefined);

    /** The answer; of a subscription, and where the page shows none, nothing but whether it had no errors. */
    async function graphql(document: string, answer: string | undefined): Promise<unknown> {
      if (document.startsWith('subscription')) {
        const client = webSocketClient(server);
        const subscriber = subscribe(client, document);
        await subscriber.until(1);
        expect(subscriber.errors).toEqual([]);
        await client.dispose();
        return undefined;
      }
      const { data, errors } = await server.graphql(document);
      expect(errors).toBeUndefined();
      return answer === undefined ? undefined : { data };
    }

    /** The lines at the server of the test, and at the engine of the test where they name one or AWS. */
    const sh = (lines: string, environment: Readonly<Record<string, string>> = dynamoDb) =>
      shell.run(
        lines
          .replaceAll('http://localhost:4000/graphql', server.url)
          .replaceAll('http://localhost:8000', dynamoDb['DYNAMODB_ENDPOINT'] ?? '')
          .replaceAll(/^curl /gm, 'curl -s '),
        environment,
      );

    async function toTheEnd(lines: string): Promise<void> {
      if (/EVENT_STORE=dynamodb|table create/.test(lines) && !hasDynamoDb) return;
      const { code, stderr, hasListened } = await sh(lines);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(hasListened).toBe(/npx character-event-store|npm start/.test(lines));
    }

    /** Each line on a table of the Go program; the first, which tells what is missing, ends with code 1. */
    async function onAnExistingTable(lines: string): Promise<void> {
      const { DYNAMODB_ENDPOINT: endpoint } = dynamoDb;
      if (endpoint === undefined) return;
      const tableName = `existing-${crypto.randomUUID()}`;
      const { documents } = await connectToDynamoDb(endpoint);
      await createBareTable(documents, tableName);
      const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
      const Item = { Id: 'a', Version: 0, CharacterName: 'A', CharacterHitPoints: 8, Note: 'Init' };
      await documents.send(new PutCommand({ TableName: tableName, Item }));
      const environment = { ...dynamoDb, EVENT_STORE: 'dynamodb', EVENT_STORE_TABLE: tableName };
      const codes: (number | null)[] = [];
      for (const line of lines.trim().split('\n')) codes.push((await sh(line, environment)).code);
      expect(codes).toEqual([1, 0, 0, 0]);
      expect((await sh('npx character-events verify', environment)).code).toBe(0);
      documents.destroy();
    }
  },
);

test('every piece of code of every page is run by a test, answers one, or says why not', () => {
  const left = requests.flatMap(({ examples, runHere }) =>
    examples.filter((example, place) => {
      const asked = examples[place - 1];
      const isAnswer =
        example.language === 'json' && asked !== undefined && /^(graphql|sh)$/.test(asked.language);
      return ![example, ...(isAnswer ? [asked] : [])].some(
        (each) =>
          isOneOf(elsewhere, each) ||
          isOneOf(notHere, each) ||
          runHere.some(({ code }) => code === each.code),
      );
    }),
  );
  expect(left).toEqual([]);
});

test('the image has what the page runs in it', () => {
  const dockerfile = readFileSync(new URL('Dockerfile', root), 'utf8');
  const [, command = ''] = /docker exec \S+ node (\S+)/.exec(textOf('src/http/README.md')) ?? [];
  const imports = Array.from(
    readFileSync(new URL(command, root), 'utf8').matchAll(/from '\.\.\/(\S+)'/g),
    ([, name]) => `src/${name}`,
  );
  for (const file of [command, ...imports]) expect(dockerfile).toContain(`/app/${file} ${file}\n`);
});

test('the page of the API tells Apollo Client of every type that is an Error', () => {
  const schema = readFileSync(new URL('schema.graphql', root), 'utf8');
  const errors = Array.from(schema.matchAll(/^type (\w+) implements Error/gm), ([, name]) => name);
  const possibleTypes = /Error: \[(.*?)\]/s.exec(textOf('src/graphql/README.md'))?.[1] ?? '';
  expect(Array.from(possibleTypes.matchAll(/'(\w+)'/g), ([, name]) => name).toSorted()).toEqual(
    errors.toSorted(),
  );
});

test('.env.example and the page name every variable that is read, and the example is the default', () => {
  const example = readFileSync(new URL('.env.example', root), 'utf8');
  const source = readFileSync(new URL('src/config.ts', root), 'utf8');
  const read = Array.from(
    source.matchAll(/^ {2}([A-Z_]+): (?:z|wholeNumber\()/gm),
    ([, name = '']) => name,
  ).filter((name) => name !== 'NODE_ENV');
  const values = Object.fromEntries(
    Array.from(example.matchAll(/^([A-Z_]+)=(.*)$/gm), ([, name, value]) => [name, value]),
  );
  expect(Object.keys(values)).toEqual(expect.arrayContaining(read));
  for (const name of read) expect(textOf('src/http/README.md')).toContain(`\`${name}\``);
  expect(readConfig(values)).toEqual(readConfig({}));
});

test('the changes have an entry for this version', () => {
  const { version } = JSON.parse(textOf('package.json'));
  expect(textOf('.github/CHANGELOG.md')).toMatch(
    new RegExp(`^## \\[${version}\\] – \\d{4}-\\d\\d-\\d\\d$`, 'm'),
  );
});

test('the README is short', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(180);
});
