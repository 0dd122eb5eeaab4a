import Fastify from 'fastify';
import mercurius from 'mercurius';
import { announce } from './announce.ts';
import { bareResolvers, typeDefs } from './bare-api.ts';
import { store } from './bare-store.ts';

const server = Fastify();
await server.register(mercurius, { schema: typeDefs, resolvers: bareResolvers(store) });
announce(await server.listen({ host: '127.0.0.1', port: 0 }));
