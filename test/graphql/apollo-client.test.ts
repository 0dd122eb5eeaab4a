import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { appendEvent, character, characterAt, characterEvents } from './documents.ts';

let engine: EngineUnderTest;
let server: ServerHere;
let client: ApolloClient;

beforeAll(async () => {
  engine = await embedded.open();
  server = await startServerHere(engine.environment);
  client = new ApolloClient({
    link: new HttpLink({ uri: server.url }),
    cache: new InMemoryCache({
      typePolicies: { Event: { fields: { state: { merge: true } } } },
      possibleTypes: {
        Error: [
          'EventAlreadyExistsError',
          'VersionGapError',
          'NoEventFoundError',
          'IdempotencyKeyReusedError',
          'InvalidInputError',
        ],
      },
    }),
  });
  for (const input of goblinAmbush) await append(input);
});
afterAll(async () => {
  client.stop();
  await server.stop();
  await engine.close();
});

const append = (input: object) => client.mutate({ mutation: gql(appendEvent), variables: { input } });

test('a page of history comes back from the cache as it was written', async () => {
  const request = { query: gql(characterEvents), variables: { id: rogue } };
  const { data: written } = await client.query(request);
  const read = client.readQuery(request);
  expect(read).toEqual(written);
  expect(read).toMatchObject({
    characterEvents: { nodes: [{ version: 0 }, { version: 1 }, { version: 2 }] },
  });
});

test('two pages of one history do not overwrite each other’s events', async () => {
  const pages = [{ first: 2 }, { last: 2 }].map((page) => ({
    query: gql(characterEvents),
    variables: { id: rogue, ...page },
  }));
  for (const page of pages) await client.query(page);
  const versions = pages.map((page) =>
    client.readQuery<Read>(page)?.characterEvents.nodes.map(({ version }) => version),
  );
  expect(versions).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('an append updates the character that is in the cache already', async () => {
  const present = { query: gql(character), variables: { id: rogue } };
  await client.query(present);
  expect(client.readQuery(present)).toMatchObject({ character: { hitPoints: 3 } });
  await append({ characterId: rogue, characterHitPoints: 10, note: 'potion' });
  expect(client.readQuery(present)).toMatchObject({ character: { hitPoints: 13, version: 3 } });
});

test('the past never overwrites the present', async () => {
  const present = { query: gql(character), variables: { id: rogue } };
  await client.query({ ...present, fetchPolicy: 'network-only' });
  await client.query({ query: gql(characterAt), variables: { id: rogue, version: 0 } });
  await client.query({ query: gql(characterEvents), variables: { id: rogue }, fetchPolicy: 'network-only' });
  expect(client.readQuery(present)).toMatchObject({ character: { hitPoints: 13, version: 3 } });
});

type Read = { readonly characterEvents: { readonly nodes: readonly { readonly version: number }[] } };
