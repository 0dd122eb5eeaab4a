import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { WebsocketHandler } from '@fastify/websocket';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import type { Caller } from '../graphql/authorization.ts';
import type { OperationSignals, RequestContext } from '../graphql/context.ts';
import { inOperationSpan } from '../graphql/telemetry.ts';
import { type Authenticate, unauthenticated } from './authentication.ts';
import { createRequestSignals } from './request-signals.ts';

/** What `/graphql` needs. */
export type GraphqlRouteOptions = {
  /** Started already. */
  readonly graphql: ApolloServer<RequestContext>;
  /** The context of the request with this id. */
  readonly contextOf: (requestId: string, signals: OperationSignals, caller: Caller) => RequestContext;
  /** Deadline of one operation. */
  readonly operationTimeoutMs: number;
  readonly authenticate: Authenticate;
  /** Serves the WebSockets that `GET /graphql` is upgraded to. */
  readonly wsHandler: WebsocketHandler;
};

/** `/graphql`: queries by GET, queries and mutations by POST, subscriptions over a WebSocket. */
export async function graphqlRoute(server: FastifyInstance, options: GraphqlRouteOptions): Promise<void> {
  const { graphql, contextOf, operationTimeoutMs, authenticate, wsHandler } = options;
  const signalsOf = createRequestSignals(operationTimeoutMs);
  const answer = fastifyApolloHandler(graphql, {
    context: async (request, reply) => {
      const signals = signalsOf(reply);
      const outcome = await authenticate(request.headers.authorization);
      if (outcome.type !== 'known') throw unauthenticated(outcome, request.id);
      return contextOf(request.id, signals, outcome.caller);
    },
  });
  const handler: RouteHandlerMethod = (request, reply) =>
    inOperationSpan(request.headers, (span) => {
      if (span !== undefined) reply.raw.once('close', () => span.end());
      return answer.call(server, request, reply);
    });
  server.route({ method: 'GET', url: '/graphql', handler, wsHandler });
  server.route({ method: ['POST', 'OPTIONS'], url: '/graphql', handler });
}
