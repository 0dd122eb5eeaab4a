import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { announce } from './announce.ts';
import { bareResolvers, typeDefs } from './bare-api.ts';
import { store } from './bare-store.ts';

const server = createServer(
  createYoga({ schema: createSchema({ typeDefs, resolvers: bareResolvers(store) }) }),
);
server.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
