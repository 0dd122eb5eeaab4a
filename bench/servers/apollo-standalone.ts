import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { announce } from './announce.ts';
import { bareResolvers, typeDefs } from './bare-api.ts';
import { store } from './bare-store.ts';

const apollo = new ApolloServer({ typeDefs, resolvers: bareResolvers(store) });
const { url } = await startStandaloneServer(apollo, { listen: { host: '127.0.0.1', port: 0 } });
announce(url.replace(/\/$/, ''));
