import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CharacterCreatedDocument, PartyDocument } from '../../src/sheet/generated/operations.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { tableCalls } from '../engines/scrape.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { runServerToItsEnd } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

const ofCharacter = 'query Character($id: ID!) { character(id: $id) { ... on Character { hitPoints } } }';
const ofEvents =
  'subscription Events($id: ID!) { eventAppended(characterId: $id, afterVersion: -1) { version } }';
const notAsked = '{ characters { nodes { name } } }';
const apolloQuery = gql`query Apollo($id: ID!) { character(id: $id) { ... on Character { id name } } }`;
const cache = new InMemoryCache();
const texts = [ofCharacter, ofEvents, appendEvent, print(cache.transformDocument(apolloQuery))];

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
function idOf(text: string): string {
  return `sha256:${hashOf(text)}`;
}

const folder = mkdtempSync(join(tmpdir(), 'trusted-'));
function fileWith(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
const manifest = fileWith(
  'documents.json',
  JSON.stringify(Object.fromEntries(texts.map((t) => [idOf(t), t]))),
);

let engine: EngineUnderTest;
let server: ServerHere;
let open: ServerHere;
beforeAll(async () => {
  engine = await embedded.open();
  const other = await embedded.open();
  server = await startServerHere({ ...engine.environment, TRUSTED_DOCUMENTS: manifest });
  open = await startServerHere(other.environment);
  for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
});
afterAll(async () => {
  await server.stop();
  await open.stop();
  await engine.close();
});

async function post(to: ServerHere, body: object, accept = 'application/graphql-response+json') {
  const headers = { 'content-type': 'application/json', accept };
  const response = await fetch(to.url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

async function get(to: ServerHere, parameters: Record<string, string>) {
  const headers = { accept: 'application/graphql-response+json', 'apollo-require-preflight': 'true' };
  const response = await fetch(`${to.url}?${new URLSearchParams(parameters)}`, { headers });
  return { status: response.status, body: await response.json() };
}

const variables = { id: rogue };
const answer = { status: 200, body: { data: { character: { hitPoints: 3 } } } };
const refusal = (code: string) => ({ status: 400, body: { errors: [{ extensions: { code } }] } });

describe('where only trusted documents are answered', () => {
  test.each([
    ['its id', { documentId: idOf(ofCharacter) }],
    [
      "its hash, as Apollo's clients send it",
      { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(ofCharacter) } } },
    ],
    ['its text', { query: ofCharacter }],
  ])('one is answered by %s, by POST and by GET', async (_, asked) => {
    expect(await post(server, { ...asked, variables })).toEqual(answer);
    const parameters = Object.entries({ ...asked, variables }).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    expect(await get(server, Object.fromEntries(parameters))).toEqual(answer);
  });

  test('another text is refused in a sentence, by POST and by GET, and its operation is not parsed', async () => {
    for (const query of [
      notAsked,
      '{ not in the schema',
      `${ofCharacter} `,
      '{ __schema { types { name } } }',
    ]) {
      const refused = await post(server, { query, operationName: 'Any' });
      expect(refused).toMatchObject(refusal('DOCUMENT_NOT_TRUSTED'));
      expect(refused.body.errors[0].message).toBe(
        'Expected a document of the manifest of this server, got another text.',
      );
      expect(await get(server, { query })).toMatchObject(refusal('DOCUMENT_NOT_TRUSTED'));
    }
  });

  test('an id that no manifest has is refused, also with status 200 for clients that ask for JSON alone', async () => {
    const documentId = idOf(notAsked);
    expect(await post(server, { documentId })).toMatchObject(refusal('DOCUMENT_NOT_FOUND'));
    expect(await get(server, { documentId })).toMatchObject(refusal('DOCUMENT_NOT_FOUND'));
    expect(await post(server, { documentId }, 'application/json')).toMatchObject({
      ...refusal('DOCUMENT_NOT_FOUND'),
      status: 200,
    });
  });

  test('a mutation of the manifest is still refused by GET', async () => {
    expect(await get(server, { documentId: idOf(appendEvent) })).toMatchObject({ status: 405 });
  });

  test('a refused document is in the log, by its code', async () => {
    const before = server.log().split('\n').length;
    await post(server, { query: notAsked });
    const [line = ''] = server.log().split('\n').slice(before);
    expect(JSON.parse(line)).toMatchObject({
      operationType: 'unknown',
      errorCodes: ['DOCUMENT_NOT_TRUSTED'],
    });
  });

  test('the operations of the character sheet are always among them', async () => {
    const { hash } = PartyDocument.__meta__ ?? {};
    expect(hash).toBe(idOf(PartyDocument.toString()));
    for (const each of [server, open]) {
      expect(await post(each, { documentId: hash, variables: { first: 1, archived: false } })).toMatchObject({
        status: 200,
        body: { data: { characters: { nodes: {} } } },
      });
    }
  });

  test('tools that send documents of their own are not offered', async () => {
    const headers = { accept: 'text/html' };
    expect((await fetch(server.url, { headers })).headers.get('content-type')).not.toContain('text/html');
    expect((await fetch(server.url.replace('/graphql', '/graphiql'))).status).toBe(404);
  });

  test("Apollo Client's persisted queries are answered, and one of no manifest fails with the sentence", async () => {
    const client = new ApolloClient({
      cache,
      link: ApolloLink.from([
        new PersistedQueryLink({ sha256: async (text) => hashOf(text) }),
        new HttpLink({ uri: server.url }),
      ]),
    });
    const { data } = await client.query({ query: apolloQuery, variables });
    expect(data).toMatchObject({ character: { name: 'cpustejovsky' } });
    await expect(client.query({ query: gql(notAsked) })).rejects.toThrow('Expected the id of a document');
    client.stop();
  });
});

describe('over the WebSocket, where only trusted documents are answered', () => {
  const receive = async (payload: object) => {
    const client = webSocketClient(server);
    const subscriber = subscribe<object>(client, '', variables, payload);
    try {
      await expect.poll(() => subscriber.received.length > 0 || subscriber.isOver()).toBe(true);
      return subscriber;
    } finally {
      subscriber.stop();
      await client.dispose();
    }
  };

  test.each([
    ['its id', { documentId: idOf(ofEvents) }],
    [
      "its hash, as Apollo's clients send it",
      { extensions: { persistedQuery: { sha256Hash: hashOf(ofEvents) } } },
    ],
    ['its text', { query: ofEvents }],
  ])('one is answered by %s', async (_, asked) => {
    expect((await receive(asked)).received[0]).toEqual({ eventAppended: { version: 0 } });
  });

  test.each([
    ['another text', { query: 'subscription { characterCreated { id } }' }, 'DOCUMENT_NOT_TRUSTED'],
    ['an unknown id', { documentId: idOf(notAsked) }, 'DOCUMENT_NOT_FOUND'],
    [
      'a text beside the id of another',
      { documentId: idOf(ofEvents), query: `${ofEvents} ` },
      'DOCUMENT_NOT_TRUSTED',
    ],
  ])('%s is refused', async (_, asked, code) => {
    const { received, errors } = await receive(asked);
    expect([received, errors]).toMatchObject([[], [{ extensions: { code, retryable: false } }]]);
  });

  test('those of the sheet are among them', async () => {
    const client = webSocketClient(server);
    const { hash } = CharacterCreatedDocument.__meta__ ?? {};
    const looks = await tableCalls(server, { verb: 'directory' });
    const created = subscribe<object>(client, '', {}, { documentId: hash });
    await expect.poll(() => tableCalls(server, { verb: 'directory' })).toBeGreaterThan(looks);
    const input = { characterId: 'new', characterName: 'New', characterHitPoints: 1, note: '' };
    await post(server, { query: appendEvent, variables: { input } });
    expect(await created.until(1)).toMatchObject([{ characterCreated: { id: 'new' } }]);
    created.stop();
    await client.dispose();
  });
});

describe('where every document is answered', () => {
  test('texts are, an unknown id is refused, and an unknown hash makes clients send the text', async () => {
    expect(await post(open, { query: notAsked })).toMatchObject({ status: 200 });
    expect(await post(open, { documentId: 'x' })).toMatchObject(refusal('DOCUMENT_NOT_FOUND'));
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(notAsked) } };
    expect(await post(open, { extensions })).toMatchObject({
      body: { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }] },
    });
  });
});

describe('the start is refused', () => {
  test.each([
    ['by a file that is not there', join(folder, 'none.json'), 'TRUSTED_DOCUMENTS: expected a file, got '],
    ['by a folder', folder, 'TRUSTED_DOCUMENTS: expected a file, got '],
    [
      'by a file that is no manifest',
      fileWith('list.json', '["query"]'),
      'list.json to be a JSON object of ids',
    ],
  ])('%s', async (_, file, message) => {
    const data = join(folder, 'data');
    const { code, stderr } = await runServerToItsEnd({
      PORT: '0',
      EVENT_STORE_PATH: data,
      TRUSTED_DOCUMENTS: file,
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
