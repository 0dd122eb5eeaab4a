import { isUtf8 } from 'node:buffer';
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { WebsocketHandler } from '@fastify/websocket';
import type {
  FastifyBodyParser,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteHandlerMethod,
} from 'fastify';
import type { Logger } from 'pino';
import type { Asked, RequestContext } from '../graphql/context.ts';
import { inOperationSpan } from '../graphql/telemetry.ts';
import {
  type Authenticate,
  type AuthenticationOutcome,
  anyone,
  unauthenticated,
  withoutAuthentication,
} from './authentication.ts';
import { hasMoreValues } from './json-values.ts';
import { countedAs, type RateLimit, tooManyRequests } from './rate-limit.ts';
import { graphqlRefusal, refuseAs } from './refusals.ts';
import { createRequestSignals } from './request-signals.ts';

/** What `/graphql` needs. */
export type GraphqlRouteOptions = {
  /** Started already. */
  readonly graphql: ApolloServer<RequestContext>;
  /** The context of the request with this id. */
  readonly contextOf: (asked: Asked) => RequestContext;
  /** Deadline of one operation. */
  readonly operationTimeoutMs: number;
  readonly authenticate: Authenticate;
  /** Counts each request, upgrades to a WebSocket included. Over the limit the answer is 429 with `Retry-After`. Without one nothing is counted. */
  readonly rateLimit: RateLimit | undefined;
  /** Serves the WebSockets that `GET /graphql` is upgraded to. */
  readonly wsHandler: WebsocketHandler;
  readonly log: Pick<Logger, 'error'>;
};

/**
 * Queries by GET, queries and mutations by POST, subscriptions over a WebSocket, at the prefix that it is registered
 * with. Whatever is refused here is refused in GraphQL's form.
 */
export async function graphqlRoute(server: FastifyInstance, options: GraphqlRouteOptions): Promise<void> {
  const { graphql, contextOf, operationTimeoutMs, wsHandler, log } = options;
  server.setErrorHandler(refuseAs(graphqlRefusal, log));
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, jsonOfUtf8(server));
  limitRequests(server, options);
  const signalsOf = createRequestSignals(operationTimeoutMs);
  const answer = fastifyApolloHandler(graphql, {
    context: async (request, reply) => {
      const outcome = request.getDecorator<AuthenticationOutcome>('authentication');
      if (outcome.type !== 'known') throw unauthenticated(outcome, request.id);
      const { caller } = outcome;
      return contextOf({
        requestId: request.id,
        signals: signalsOf(reply),
        caller,
        countedAs: () => countedAs(caller, request.ip),
      });
    },
  });
  const handler: RouteHandlerMethod = (request, reply) =>
    inOperationSpan(request.headers, (span) => {
      if (span !== undefined) reply.raw.once('close', () => span.end());
      return answer.call(server, request, reply);
    });
  server.route({ method: 'GET', url: '', handler, wsHandler });
  server.route({ method: 'POST', url: '', handler });
  server.setNotFoundHandler(refuseRoute);
}

/**
 * Authenticates each request, and counts it for its caller; but for preflights, which the allowed origins have got
 * answered already. An upgrade brings its token once it is a WebSocket.
 */
function limitRequests(server: FastifyInstance, { authenticate, rateLimit }: GraphqlRouteOptions): void {
  server.decorateRequest('authentication');
  server.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'OPTIONS') refuseRoute(request, reply);
    else done();
  });
  if (authenticate === withoutAuthentication && rateLimit === undefined) {
    // Where nothing is asked, a promise for each request would cost 2 % of an append's CPU.
    server.addHook('onRequest', (request, _reply, done) => {
      request.setDecorator('authentication', anyone);
      done();
    });
  } else server.addHook('onRequest', (request, reply) => admit(request, reply, authenticate, rateLimit));
  // Before its body is read, which may have faults of its own.
  server.addHook('onRequest', (request, reply, done) => {
    if (request.is404) refuseRoute(request, reply);
    else if (isDecodable(request.url)) done();
    else
      done(
        new UnreadableBodyError(400, 'Expected a query string of percent-encoded UTF-8, got other bytes.'),
      );
  });
}

async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  authenticate: Authenticate,
  rateLimit: RateLimit | undefined,
): Promise<void> {
  const outcome = request.ws ? undefined : await authenticate(request.headers.authorization);
  request.setDecorator('authentication', outcome);
  const caller = outcome?.type === 'known' ? outcome.caller : undefined;
  const waitSeconds = await rateLimit?.secondsToWait(countedAs(caller, request.ip));
  if (waitSeconds === undefined) return;
  const { message, extensions } = tooManyRequests;
  reply.code(429).header('retry-after', waitSeconds);
  return reply.send({ errors: [{ message, extensions: { ...extensions, requestId: request.id } }] });
}

/** Whether what is percent-encoded in an address is UTF-8. */
function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

/** Answers other methods, and addresses below. */
function refuseRoute({ method, params }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isBelow = typeof params === 'object' && params !== null && '*' in params;
  if (isBelow) return reply.code(404).send(new Error('Expected /graphql.'));
  const problem = new Error(`Expected GET or POST, got ${method}.`);
  return reply.code(405).header('allow', 'GET, POST').send(problem);
}

/** The most values of a body: a group of 100 events has up to 1,000. */
const mostValues = 3_000;

/** Another charset than UTF-8, wherever it stands in the value of `Content-Type`. */
const otherCharset = /;\s*charset\s*=(?!\s*"?utf-?8"?\s*(?:;|$))/i;

/**
 * A body of UTF-8, with or without a byte-order mark. Anything else would be read with U+FFFD in place of letters,
 * and two ids would become one.
 */
function jsonOfUtf8(server: FastifyInstance): FastifyBodyParser<Buffer> {
  const parse = server.getDefaultJsonParser('error', 'error');
  return (request: FastifyRequest, body, done) => {
    if (otherCharset.test(request.headers['content-type'] ?? '')) {
      done(new UnreadableBodyError(415, 'Expected a body of UTF-8, got another charset in Content-Type.'));
    } else if (!isUtf8(body)) {
      done(new UnreadableBodyError(400, 'Expected a body of UTF-8, got other bytes.'));
    } else if (hasMoreValues(body, mostValues)) {
      done(new UnreadableBodyError(413, `Expected a body of at most ${mostValues} JSON values, got more.`));
    } else {
      parse(request, body.toString(), done);
    }
  };
}

/** A body is no text in UTF-8, or too much of it. The message is one sentence. */
class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError';
  /** The status that HTTP answers with. */
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}
