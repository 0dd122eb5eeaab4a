import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { subscriptionExchange, Client as UrqlClient } from '@urql/core';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { appendEvent } from './documents.ts';

const query = /* GraphQL */ `
  subscription CatchUp($id: ID!) {
    eventAppended(characterId: $id, afterVersion: 0) { id version note state { hitPoints } }
  }
`;
const variables = { id: rogue };
type Data = {
  readonly eventAppended: { readonly version: number; readonly state: { readonly hitPoints: number } };
};

/** How a client subscribes: it hands on whatever arrives, until the function that it answers with is called. */
type Subscribe = (url: string, onData: (data: Data) => void) => () => void;

const clients: readonly (readonly [name: string, subscribe: Subscribe])[] = [
  [
    'graphql-ws',
    (url, onData) => {
      const client = createClient({ url, webSocketImpl: WebSocket });
      client.subscribe<Data>(
        { query, variables },
        { next: ({ data }) => data && onData(data), error: () => {}, complete: () => {} },
      );
      return () => void client.dispose();
    },
  ],
  [
    'Apollo Client',
    (url, onData) => {
      const transport = createClient({ url, webSocketImpl: WebSocket });
      const client = new ApolloClient({ link: new GraphQLWsLink(transport), cache: new InMemoryCache() });
      client.subscribe<Data>({ query: gql(query), variables }).subscribe(({ data }) => data && onData(data));
      return () => {
        client.stop();
        void transport.dispose();
      };
    },
  ],
  [
    'urql',
    (url, onData) => {
      const transport = createClient({ url, webSocketImpl: WebSocket });
      const forward = subscriptionExchange({
        forwardSubscription: ({ query: text = '', variables: given }) => ({
          subscribe: ({ next, error, complete }) => ({
            unsubscribe: transport.subscribe(
              { query: text, variables: { ...given } },
              { next: ({ data = null }) => next({ data }), error, complete },
            ),
          }),
        }),
      });
      const client = new UrqlClient({ url, exchanges: [forward] });
      const { unsubscribe } = client
        .subscription<Data>(query, variables)
        .subscribe(({ data }) => data && onData(data));
      return () => {
        unsubscribe();
        void transport.dispose();
      };
    },
  ],
];

describe.each(clients)('%s', (_, subscribe) => {
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

  test('subscribes, catches up, and sees what is appended then', async () => {
    for (const input of goblinAmbush) await server.graphql(appendEvent, { input });
    const received: Data['eventAppended'][] = [];
    const stop = subscribe(server.url.replace('http:', 'ws:'), ({ eventAppended }) =>
      received.push(eventAppended),
    );
    await expect.poll(() => received.map(({ version }) => version)).toEqual([1, 2]);
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
});
