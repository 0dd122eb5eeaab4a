import { ApolloClient, type ApolloLink, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { type Exchange, subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { eventStoreOver } from '../engines/event-store-over.ts';
import { freePort } from '../engines/free-port.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { exampleWith } from '../pages/pages.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { appendEvent } from './documents.ts';

const query = /* GraphQL */ `
  subscription CatchUp($id: ID!, $afterVersion: Int) {
    eventAppended(characterId: $id, afterVersion: $afterVersion) { id version note state { hitPoints } }
  }
`;
const variables = { id: rogue, afterVersion: 0 };
type Data = {
  readonly eventAppended: { readonly version: number; readonly state: { readonly hitPoints: number } };
};

/** A client of graphql-ws, and what Apollo Client and urql make of it. */
type Live = { readonly live: Client; readonly link: ApolloLink; readonly exchange: Exchange };

/** How a client subscribes: it hands on whatever arrives, until the function that it answers with is called. */
type Subscribe = (way: Live, onData: (data: Data) => void) => () => void;

const clients: readonly (readonly [name: string, subscribe: Subscribe])[] = [
  [
    'graphql-ws',
    ({ live }, onData) =>
      live.subscribe<Data>(
        { query, variables },
        { next: ({ data }) => data && onData(data), error: () => {}, complete: () => {} },
      ),
  ],
  [
    'Apollo Client',
    ({ link }, onData) => {
      const client = new ApolloClient({ link, cache: new InMemoryCache() });
      client.subscribe<Data>({ query: gql(query), variables }).subscribe(({ data }) => data && onData(data));
      return () => client.stop();
    },
  ],
  [
    'urql',
    ({ exchange }, onData) => {
      const client = new UrqlClient({ url: 'http://localhost', exchanges: [exchange] });
      return client.subscription<Data>(query, variables).subscribe(({ data }) => data && onData(data))
        .unsubscribe;
    },
  ],
];

/** As the documentation of each client has it. */
function asUsual(live: Client): Live {
  const exchange = subscriptionExchange({
    forwardSubscription: ({ query: text = '', variables: given }) => ({
      subscribe: ({ next, error, complete }) => ({
        unsubscribe: live.subscribe(
          { query: text, variables: { ...given } },
          { next: ({ data = null }) => next({ data }), error, complete },
        ),
      }),
    }),
  });
  return { live, link: new GraphQLWsLink(live), exchange };
}

const page = 'src/graphql/README.md';
const example = (text: string) => exampleWith(page, 'js', text);
const code = `${example('export const movingOn')}
  export const asOnThePage = (url, createClient, GraphQLWsLink, subscriptionExchange) => {
    ${example('= movingOn(')}
    ${example('new GraphQLWsLink(')}
    ${example('subscriptionExchange(')}
    return { live, link, exchange };
  };`;
const { asOnThePage } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

describe.each(clients)('%s', (_, subscribe) => {
  let engine: EngineUnderTest;
  let server: ServerHere;
  let live: Client | undefined;
  let received: Data['eventAppended'][];
  let environment: Readonly<Record<string, string>>;
  beforeEach(async () => {
    engine = await embedded.open();
    environment = { ...engine.environment, PORT: `${await freePort()}` };
    server = await startServerHere(environment);
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
    received = [];
  });
  afterEach(async () => {
    await live?.dispose();
    await server.stop();
    await engine.close();
  });

  const connect = (options: ClientOptions): Client => {
    live = createClient({
      ...options,
      webSocketImpl: WebSocket,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    return live;
  };
  const url = () => server.url.replace('http:', 'ws:');
  const usual = () =>
    asUsual(connect({ url: url(), retryAttempts: Number.POSITIVE_INFINITY, shouldRetry: () => true }));
  const append = (characterHitPoints: number) =>
    eventStoreOver(engine.table).append({ characterId: rogue, characterHitPoints, note: '' });
  const versions = () => received.map(({ version }) => version);
  /** Stops the server, appends meanwhile, and starts it again at the same address. */
  const restart = async () => {
    await server.stop();
    await append(4);
    server = await startServerHere(environment);
  };

  test('subscribes, catches up, and sees what is appended then', async () => {
    const stop = subscribe(usual(), ({ eventAppended }) => received.push(eventAppended));
    await expect.poll(versions).toEqual([1, 2]);
    await server.graphql(appendEvent, { input: { characterId: rogue, characterHitPoints: 4 } });
    await expect
      .poll(() => received.map(({ version, state }) => [version, state.hitPoints]))
      .toEqual([
        [1, 6],
        [2, 3],
        [3, 7],
      ]);
    stop();
  });

  test('asks again after a reconnect with the version that it began with', async () => {
    const stop = subscribe(usual(), ({ eventAppended }) => received.push(eventAppended));
    await expect.poll(versions).toEqual([1, 2]);
    await restart();
    await expect.poll(versions).toEqual([1, 2, 1, 2, 3]);
    stop();
  });

  test('moves on as the page shows: over reconnects nothing is missed and nothing comes twice', async () => {
    const way = asOnThePage(url(), connect, GraphQLWsLink, subscriptionExchange);
    const stop = subscribe(way, ({ eventAppended }) => received.push(eventAppended));
    await expect.poll(versions).toEqual([1, 2]);
    await restart();
    await expect.poll(versions).toEqual([1, 2, 3]);
    await append(1);
    await restart();
    await append(1);
    await expect.poll(versions).toEqual([1, 2, 3, 4, 5, 6]);
    stop();
  });
});
