import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { announce } from './announce.ts';
import { type NewEvent, typeDefs } from './bare-api.ts';
import type { Costs } from './counted-client.ts';

/** A character as an event store's library finds it. */
export type FoundCharacter = { readonly id: string; readonly hitPoints: number; readonly version: number };

/** An event store's library, in the words of the project's schema. */
export type Library = {
  readonly append: (event: NewEvent) => Promise<unknown>;
  readonly character: (id: string) => Promise<FoundCharacter | undefined>;
  /** The last so many events. */
  readonly lastEvents: (id: string, count: number) => Promise<readonly { readonly version: number }[]>;
  readonly costs: () => Costs;
};

/** Serves a library by bare Apollo in Fastify, with what it cost so far at `/costs`. */
export async function serveLibrary({ append, character, lastEvents, costs }: Library): Promise<void> {
  const resolvers = {
    Query: {
      character: async (_: unknown, { id }: { readonly id: string }) => {
        const found = await character(id);
        return found && { __typename: 'Character', name: 'Goblin slayer', ...found };
      },
      characterEvents: async (_: unknown, { id, last }: { readonly id: string; readonly last: number }) => ({
        __typename: 'EventConnection',
        nodes: await lastEvents(id, last),
      }),
    },
    Mutation: {
      appendEvent: async (_: unknown, { input }: { readonly input: NewEvent }) => {
        await append(input);
        return { __typename: 'AppendEventSuccess', duplicate: false };
      },
    },
  };
  const apollo = new ApolloServer({ typeDefs, resolvers });
  await apollo.start();
  const server = Fastify();
  server.get('/costs', async () => costs());
  await server.register(fastifyApollo(apollo));
  announce(await server.listen({ host: '127.0.0.1', port: 0 }));
}
