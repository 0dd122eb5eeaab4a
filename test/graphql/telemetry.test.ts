import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { logLines } from '../engines/log-lines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { appendEvent } from './documents.ts';

const recorder = fileURLToPath(new URL('../engines/span-recorder.mjs', import.meta.url));
const secret = 'a secret that no log may hold';

let engine: EngineUnderTest;
let server: ServerProcess;
beforeAll(async () => {
  engine = await embedded.open();
  server = await startServer({ ...engine.environment, NODE_OPTIONS: `--import=${recorder}` });
});
afterAll(async () => {
  await server.stop('SIGTERM');
  await engine.close();
});

const append = (characterId: string, version: number) =>
  server.graphql(appendEvent, {
    input: { characterId, version, characterName: 'Rogue', characterHitPoints: 8, note: secret },
  });
const operations = () => logLines(server).filter(({ msg }) => msg === 'Operation');
const spans = () => logLines(server).filter(({ span }) => span !== undefined);
const newest = () => operations().at(-1);
// A line may arrive after the answer.
const logged = (line: object) => expect.poll(newest).toMatchObject(line);

describe('the log', () => {
  test('has a line for each operation, with the type of every root result', async () => {
    const { headers } = await append('one', 0);
    await logged({
      level: 30,
      requestId: headers.get('x-request-id'),
      operationType: 'mutation',
      durationMs: expect.any(Number),
      results: { appendEvent: { AppendEventSuccess: 1 } },
    });
    await append('one', 5);
    await logged({ results: { appendEvent: { VersionGapError: 1 } } });
    await server.graphql(
      'query Both { a: character(id: "one") { __typename } b: character(id: "none") { __typename } }',
    );
    await logged({
      operationName: 'Both',
      operationType: 'query',
      results: { character: { Character: 1, NoEventFoundError: 1 } },
    });
    expect(newest()).not.toHaveProperty('errorCodes');
  });

  test('has the codes of errors, and no more of a text that cannot be read', async () => {
    await server.graphql('{ characters(first: 0) { nodes { id } } }');
    await logged({
      results: { characters: { BAD_USER_INPUT: 1 } },
      errorCodes: ['BAD_USER_INPUT'],
    });
    await server.graphql(`{ character(id: "${secret}") { oops`);
    await logged({
      operationType: 'unknown',
      results: {},
      errorCodes: ['GRAPHQL_PARSE_FAILED'],
    });
  });

  test('has a line for a subscription when it is over, and for one that is refused', async () => {
    const client = webSocketClient(server);
    await append('followed', 0);
    const follow =
      'subscription CatchUp { eventAppended(characterId: "followed", afterVersion: -1) { version } }';
    const subscription = subscribe(client, follow);
    await subscription.until(1);
    subscription.stop();
    await logged({
      operationName: 'CatchUp',
      operationType: 'subscription',
      results: { eventAppended: { Event: 1 } },
    });
    const refused = subscribe(client, 'subscription { nothing }');
    await expect.poll(refused.isOver).toBe(true);
    await logged({ errorCodes: ['GRAPHQL_VALIDATION_FAILED'] });
    await client.dispose();
  });

  test('cuts a long name of an operation', async () => {
    await server.graphql(`query ${'n'.repeat(5_000)} { character(id: "one") { __typename } }`);
    await logged({ operationName: 'n'.repeat(100) });
  });

  test('holds nothing of variables, texts and headers', async () => {
    await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: secret, cookie: secret },
      body: JSON.stringify({ query: `{ character(id: "${secret}") { __typename } }` }),
    });
    await logged({ results: { character: { NoEventFoundError: 1 } } });
    expect(server.log()).not.toContain(secret);
  });
});

describe('with an SDK of OpenTelemetry in the process', () => {
  test('an operation is a span, and each call of the table a span in it', async () => {
    await server.graphql(
      'mutation Traced { appendEvent(input: {characterId: "traced", characterName: "T", characterHitPoints: 1}) { __typename } }',
    );
    const traced = {
      span: 'mutation Traced',
      attributes: { 'graphql.operation.type': 'mutation', 'graphql.operation.name': 'Traced' },
      status: 0,
      parent: false,
    };
    await expect.poll(spans).toContainEqual(traced);
    expect(spans()).toContainEqual({
      span: 'EventTable.insert',
      attributes: { 'event_table.verb': 'insert', 'event_table.result': 'inserted' },
      status: 0,
      parent: true,
    });
  });

  test('the span of an operation with errors has the code of the first', async () => {
    await server.graphql('query Wrong { characters(first: 0) { nodes { id } } }');
    const attributes = {
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Wrong',
      'error.type': 'BAD_USER_INPUT',
    };
    const wrong = { span: 'query Wrong', attributes, status: 2, parent: false };
    await expect.poll(spans).toContainEqual(wrong);
  });
});
