import type { FastifyInstance } from 'fastify';

/**
 * Serves GraphiQL at `/graphiql`, whole, for machines without the internet. Its 9 MB are loaded when somebody
 * asks for it. It is a tool of development: where its package is not installed, it is not found.
 */
export function serveOfflineIde(server: FastifyInstance): void {
  server.get('/graphiql', async (_, reply) => {
    const graphiql = await import('@graphql-yoga/render-graphiql').catch(() => undefined);
    if (graphiql === undefined) return reply.callNotFound();
    const page = graphiql.renderGraphiQL({
      title: 'Character event store',
      endpoint: '/graphql',
      subscriptionsProtocol: 'WS',
      defaultQuery: '{ characters { nodes { id name hitPoints } } }',
    });
    return reply.type('text/html; charset=utf-8').send(page);
  });
}
