import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { type EngineUnderTest, embedded } from './engines/engines.ts';
import { type ServerProcess, startServer } from './engines/server-process.ts';

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const schema = readFileSync(new URL('schema.graphql', root), 'utf8');

/** Every example that an answer follows, in the order of the page. */
const examples = Array.from(
  readme.matchAll(/```(graphql|sh)\n((?:(?!```).)*)```[^`]*```json\n((?:(?!```).)*)```/gs),
  ([, language = '', request = '', answer = '']) => ({ language, request, answer }),
);

describe('the examples of the README', () => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    engine = await embedded.open();
    server = await startServer(engine.environment);
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    await engine.close();
  });

  test('are a mutation and a query, each also as curl, and a group', () => {
    expect(examples.map(({ language }) => language)).toEqual(['graphql', 'sh', 'graphql', 'sh', 'graphql']);
  });

  test.each(examples)('answer as they say: $language $request', async ({ language, request, answer }) => {
    expect(language === 'sh' ? shell(request) : { data: (await server.graphql(request)).data }).toEqual(
      JSON.parse(answer),
    );
  });

  function shell(command: string): unknown {
    const here = command.replace('http://localhost:4000/graphql', server.url);
    return JSON.parse(execFileSync('sh', ['-c', here.replace('curl', 'curl -s')], { encoding: 'utf8' }));
  }
});

test('the README tells Apollo Client of every type that is an Error', () => {
  const errors = Array.from(schema.matchAll(/^type (\w+) implements Error/gm), ([, name]) => name);
  const possibleTypes = /Error: \[(.*?)\]/s.exec(readme)?.[1] ?? '';
  expect(Array.from(possibleTypes.matchAll(/'(\w+)'/g), ([, name]) => name).toSorted()).toEqual(
    errors.toSorted(),
  );
});

test('.env.example and the README name every variable that is read, and the example is the default', () => {
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
  for (const name of read) expect(readme).toContain(`\`${name}\``);
  expect(readConfig(values)).toEqual(readConfig({}));
});
