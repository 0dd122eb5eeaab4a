import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { announce } from './announce.ts';
import { bareResolvers, typeDefs } from './bare-api.ts';
import { store } from './bare-store.ts';

const apollo = new ApolloServer({ typeDefs, resolvers: bareResolvers(store) });
await apollo.start();
const server = Fastify();
await server.register(fastifyApollo(apollo));
announce(await server.listen({ host: '127.0.0.1', port: 0 }));
