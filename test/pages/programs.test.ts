import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { graphql } from '../engines/server-process.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { exampleWith, root } from './pages.ts';
import { openShell, type Shell } from './shell.ts';

const node = async (args: readonly string[], cwd: string) =>
  (await promisify(execFile)(process.execPath, ['--no-warnings', ...args], { cwd })).stdout;

let shell: Shell;
beforeEach(async () => {
  shell = await openShell();
});
afterEach(() => shell.close());

/** Runs the code of a page as a program, with some more lines behind it. Answers with what it prints, read as JSON. */
async function run(code: string, more: string): Promise<unknown> {
  await writeFile(join(shell.folder, 'program.mjs'), `${code}\n${more}\nprocess.exit();\n`);
  return JSON.parse(await node(['program.mjs'], shell.folder));
}

test('the store of the page compiles with the types of the package, and appends, reads and follows', async () => {
  const folder = shell.folder;
  const name = 'character-event-store';
  await writeFile(join(folder, 'example.ts'), exampleWith('src/store/README.md', 'ts', 'createEventStore'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  const types = fileURLToPath(new URL('node_modules/@types', root));
  // The modules of the project, and the project itself beside them.
  const modules = join(folder, 'modules');
  await mkdir(modules);
  await symlink(fileURLToPath(root), join(modules, name));
  await rm(join(folder, 'node_modules'));
  await symlink(modules, join(folder, 'node_modules'));
  const options = '--strict --exactOptionalPropertyTypes --target es2023 --module nodenext --types node';
  await node([compiler, ...options.split(' '), '--typeRoots', types, 'example.ts'], folder);
  expect(await node(['example.js'], folder)).toMatch(
    /^Events are in the embedded store in .*data\nversion 0, 8 hit points\n0 Init 8\nseen: 0\n$/,
  );
});

test('the client of the README does something with every answer, also one that it does not know', () => {
  const body = exampleWith('README.md', 'ts', 'switch (result.__typename)');
  const answer = new Function('result', 'show', 'sendAgain', 'tell', body);
  const seen = (result: object) =>
    answer(
      result,
      (character: unknown) => ['show', character],
      (version: unknown) => ['send again', version],
      (message: unknown) => ['tell', message],
    );
  expect(seen({ __typename: 'AppendEventSuccess', character: 'A' })).toEqual(['show', 'A']);
  expect(seen({ __typename: 'EventAlreadyExistsError', nextVersion: 3 })).toEqual(['send again', 3]);
  expect(seen({ __typename: 'VersionGapError', message: 'A gap.' })).toEqual(['tell', 'A gap.']);
  expect(seen({ __typename: 'AddedLater' })).toEqual(['tell', 'Something new happened.']);
});

describe('the clients of the page', () => {
  let engine: EngineUnderTest;
  let server: ServerHere;
  beforeAll(async () => {
    engine = await embedded.open();
    server = await startServerHere(engine.environment);
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
  });
  afterAll(async () => {
    await server.stop();
    await engine.close();
  });

  const client = (text: string) =>
    exampleWith('src/graphql/README.md', 'ts', text).replace('http://localhost:4000/graphql', server.url);
  const query = `query ($id: ID!) { character(id: $id) { ... on Character { hitPoints } ... on Error { message } } }`;

  test('Apollo Client finds an error by its interface', async () => {
    const more = `
      import { gql } from '@apollo/client';
      const ask = (id) => client.query({ query: gql\`${query}\`, variables: { id } });
      const [{ data: found }, { data: missing }] = [await ask(${JSON.stringify(rogue)}), await ask('nobody')];
      console.log(JSON.stringify([found, missing]));`;
    expect(await run(client('new InMemoryCache'), more)).toMatchObject([
      { character: { __typename: 'Character', hitPoints: 3 } },
      { character: { __typename: 'NoEventFoundError', message: expect.stringContaining('nobody') } },
    ]);
  });

  test('urql asks', async () => {
    const more = `
      const { data } = await client.query(${JSON.stringify(query)}, { id: ${JSON.stringify(rogue)} });
      console.log(JSON.stringify(data));`;
    expect(await run(client('new Client({'), more)).toMatchObject({ character: { hitPoints: 3 } });
  });
});

test('the six lines of OpenTelemetry send a span for an operation and one for its call of the table', async () => {
  const sent: string[] = [];
  const collector = createServer(async (request, response) => {
    sent.push(await text(request));
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  const port = typeof address === 'object' ? address?.port : '';
  const page = 'src/http/README.md';
  await writeFile(join(shell.folder, 'tracing.mjs'), exampleWith(page, 'js', 'NodeTracerProvider'));

  const lines = exampleWith(page, 'sh', 'OTEL_EXPORTER').replace(
    'http://localhost:4318',
    `http://127.0.0.1:${port}`,
  );
  const [input] = goblinAmbush;
  const { code, stderr } = await shell.run(lines, {}, (url) => graphql(url, appendEvent, { input }));
  collector.close();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const names = Array.from(sent.join('').matchAll(/"name":"([^"]+)"/g), ([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(['mutation Append', 'EventTable.insert']));
});
