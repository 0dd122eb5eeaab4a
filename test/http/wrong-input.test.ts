import type { Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { logLines } from '../engines/log-lines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { type GraphqlAnswer, graphql } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { appendEvent, appendEvents, character, characters, revertEvent } from '../graphql/documents.ts';
import { goItem } from '../party.ts';

const badUserInput = { extensions: { code: 'BAD_USER_INPUT' } };

const twelve = Array.from({ length: 12 }, (_, nth) => nth);
const twelveVariables = `query (${twelve.map((nth) => `$v${nth}: Int!`).join(' ')}) {
  ${twelve.map((nth) => `a${nth}: characterAt(id: "a", version: $v${nth}) { __typename }`).join(' ')}
}`;

/** Ids as 64-bit programs send them; each is the text of a JSON number, which no double holds exactly. */
const numbersBeyondDoubles = ['175928847299117063', '-9007199254740993', '9007199254740992', '1e300'];

describe.each(engines)('over $name', ({ open }) => {
  let engine: EngineUnderTest;
  let server: ServerHere;
  let client: Client;
  beforeAll(async () => {
    engine = await open();
    server = await startServerHere(engine.environment);
    const input = { characterId: 'a', characterName: 'A', characterHitPoints: 1 };
    await server.graphql(appendEvent, { input });
  });
  afterAll(async () => {
    await server.stop();
    await engine.close();
  });
  beforeEach(() => {
    client = webSocketClient(server);
  });
  afterEach(() => client.dispose());

  /** The answer to variables that `JSON.stringify` cannot write. */
  async function answerTo(query: string, variables: string): Promise<Pick<GraphqlAnswer, 'data' | 'errors'>> {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
    });
    return (await response.json()) as Pick<GraphqlAnswer, 'data' | 'errors'>;
  }

  async function errorOf(query: string, variables: Record<string, unknown>) {
    const answers = subscribe(client, query, variables);
    await expect.poll(() => answers.isOver()).toBe(true);
    return answers.errors;
  }

  test.each(numbersBeyondDoubles)('an id that is the number %s is refused', async (number) => {
    const event = `{"characterId":${number},"characterName":"A","characterHitPoints":1}`;
    const keyed = `{"characterId":"a","characterHitPoints":1,"idempotencyKey":${number}}`;
    for (const [query, variables] of [
      [character, `{"id":${number}}`],
      [appendEvent, `{"input":${event}}`],
      [appendEvent, `{"input":${keyed}}`],
      [appendEvents, `{"input":{"events":[${event}]}}`],
      [appendEvents, `{"input":{"events":${event}}}`],
      [revertEvent, `{"input":{"characterId":${number},"version":0}}`],
    ] as const) {
      const { data, errors } = await answerTo(query, variables);
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ message: expect.stringContaining('as a string'), ...badUserInput }]);
    }
    const subscription = 'subscription ($id: ID!) { eventAppended(characterId: $id) { version } }';
    expect(await errorOf(subscription, { id: Number(number) })).toMatchObject([badUserInput]);
  });

  test.each([
    ['42', '42'],
    ['-1', '-1'],
    ['1e3', '1000'],
    ['9007199254740991', '9007199254740991'],
    ['"175928847299117063"', '175928847299117063'],
  ])('the id %s is %s', async (sent, characterId) => {
    const { data } = await answerTo(character, `{"id":${sent}}`);
    expect(data).toMatchObject({ character: { __typename: 'NoEventFoundError', characterId } });
  });

  test('the digits of an id in the text of a query stay as they are', async () => {
    for (const query of [
      '{ character(id: 175928847299117063) { ... on NoEventFoundError { characterId } } }',
      'query ($id: ID = 175928847299117063) { character(id: $id) { ... on NoEventFoundError { characterId } } }',
    ]) {
      const { data } = await server.graphql(query);
      expect(data).toEqual({ character: { characterId: '175928847299117063' } });
    }
  });

  test.each([
    ['1.5', 'an id'],
    ['true', 'an id'],
    ['1e400', 'an id'],
  ])('%s is not %s', async (sent) => {
    expect((await answerTo(character, `{"id":${sent}}`)).errors).toMatchObject([badUserInput]);
  });

  const nullVariable = { v: null };
  test.each<[string, string, object]>([
    ['12 wrong events', appendEvents, { input: { events: Array(12).fill({}) } }],
    ['12 variables left out', twelveVariables, {}],
    [
      'a number beyond 32 bits',
      'query ($v: Int!) { characterAt(id: "a", version: $v) { __typename } }',
      { v: 2 ** 31 },
    ],
    ['a list of 3,000,000,000', characters, { first: 3_000_000_000 }],
    [
      'null for an Int!',
      'query ($v: Int = 1) { characterAt(id: "a", version: $v) { __typename } }',
      nullVariable,
    ],
    ['null for an ID!', 'query ($v: ID = "a") { character(id: $v) { __typename } }', nullVariable],
    [
      'null within an input',
      'mutation ($v: String) { appendEvent(input: { characterId: "a", characterHitPoints: 1, note: $v }) { __typename } }',
      nullVariable,
    ],
    ['null for @skip', 'query ($v: Boolean = true) { __typename @skip(if: $v) }', nullVariable],
    [
      'null for @include below',
      'query ($v: Boolean = true) { character(id: "a") { ... on Character { name @include(if: $v) } } }',
      nullVariable,
    ],
    ...[
      `2026-11-23T19:05:35.120Z\u001f${'x'.repeat(5_000)}`,
      `2026-11-23T19:05:35.120Z\u001f${'\u0001'.repeat(1_951)}`,
      `2026-11-23T19:05:35.120Z\u001f${'é'.repeat(1_000)}`,
      `2026-11-23T${'1'.repeat(5_000)}Z\u001fa`,
    ].map((text): [string, string, object] => [
      `the cursor ${JSON.stringify(text.slice(0, 28))}…`,
      characters,
      { after: Buffer.from(text).toString('base64url') },
    ]),
  ])('%s: the caller is told, and no fault is logged', async (_, query, variables) => {
    const { errors = [] } = await server.graphql(query, variables);
    expect(errors).not.toEqual([]);
    for (const error of errors) expect(error).toMatchObject(badUserInput);
    expect(logLines(server).filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('a stored number beyond 32 bits is no mistake of the caller, over HTTP and over the WebSocket', async () => {
    await engine.table.insert([goItem('giant', 0, 2 ** 40)]);
    const fault = { extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    const query = '{ character(id: "giant") { ... on Character { hitPoints } } }';
    expect((await server.graphql(query)).errors).toMatchObject([fault]);
    const answers = subscribe(
      client,
      'subscription { eventAppended(characterId: "giant", afterVersion: -1) { characterHitPoints } }',
    );
    await expect.poll(() => answers.errors).toMatchObject([fault]);
  });

  test('a subscription with null for an ID! is told so', async () => {
    const query = 'subscription ($v: ID = "a") { eventAppended(characterId: $v) { version } }';
    expect(await errorOf(query, { v: null })).toMatchObject([badUserInput]);
  });
});

describe.each(engines)('a token over $name', ({ open }) => {
  let engine: EngineUnderTest;
  let issuer: TokenIssuer;
  let server: ServerHere;
  beforeAll(async () => {
    engine = await open();
    issuer = await startTokenIssuer();
    server = await startServerHere({ ...engine.environment, ...issuer.environment });
  });
  afterAll(async () => {
    await server.stop();
    await issuer.stop();
    await engine.close();
  });

  test('that names ids which no engine can hold lists the others', async () => {
    const input = { characterId: 'a', characterName: 'A', characterHitPoints: 1 };
    await graphql(server.url, appendEvent, { input }, await issuer.sign());
    for (const id of ['x'.repeat(3_000), '', 'é'.repeat(1_000)]) {
      const { data } = await graphql(
        server.url,
        '{ characters { nodes { id } } }',
        {},
        await issuer.sign({ characters: [id, 'a'] }),
      );
      expect(data).toEqual({ characters: { nodes: [{ id: 'a' }] } });
    }
  });
});
