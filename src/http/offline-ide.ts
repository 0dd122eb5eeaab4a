import type { FastifyInstance } from 'fastify';

/**
 * Serves GraphiQL at `/graphiql`, whole, for machines without the internet. It is a tool of development: where
 * its package is not installed, there is no such address.
 */
export async function serveOfflineIde(server: FastifyInstance): Promise<void> {
  const graphiql = await import('@graphql-yoga/render-graphiql').catch(() => undefined);
  if (graphiql === undefined) return;
  const page = graphiql.renderGraphiQL({
    title: 'Character event store',
    endpoint: '/graphql',
    subscriptionsProtocol: 'WS',
    defaultQuery: '{ characters { nodes { id name hitPoints } } }',
  });
  server.get('/graphiql', (_, reply) => reply.type('text/html; charset=utf-8').send(page));
}
