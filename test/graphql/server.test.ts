import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { expect, test } from 'vitest';
import type { RequestContext } from '../../src/graphql/context.ts';
import { createTurnQueue } from '../../src/store/turn-queue.ts';

function parseQueue(): ApolloServerPlugin<RequestContext> {
  const parsingDidStart = createTurnQueue();
  return { requestDidStart: async () => ({ parsingDidStart }) };
}

test('a known text is answered before new ones that came with it, which keep their order', async () => {
  const server = new ApolloServer<RequestContext>({
    typeDefs: 'type Query { name: String }',
    plugins: [parseQueue()],
  });
  const answered: string[] = [];
  const ask = async (query: string) => {
    await server.executeOperation({ query }, { contextValue: {} as RequestContext });
    answered.push(query);
  };
  await ask('{ name }');
  const fresh = ['{ a: name }', '{ not in the schema }', '{ b: name }', '{'];
  await Promise.all([...fresh, '{ name }'].map(ask));
  expect(answered).toEqual(['{ name }', '{ name }', ...fresh]);
  await server.stop();
});

test('everything that waits is given a turn between two new texts', async () => {
  const server = new ApolloServer<RequestContext>({
    typeDefs: 'type Query { name: String }',
    plugins: [parseQueue()],
  });
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const fresh = Array.from({ length: 20 }, (_, nth) => `{ a${nth}: name }`);
  await Promise.all(
    fresh.map((query) => server.executeOperation({ query }, { contextValue: {} as RequestContext })),
  );
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(fresh.length - 1);
  await server.stop();
});
