import { isUtf8 } from 'node:buffer';
import { createServer } from 'node:http';
import fastifyWebSocket, { type WebSocket, type WebsocketHandler } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { GraphQLError } from 'graphql';
import { handleProtocols, type ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import { createHoldings } from '../graphql/holdings.ts';
import type { Connection } from '../graphql/subscription-results.ts';
import type { Authenticate } from './authentication.ts';
import { graphqlSocket, type SocketOptions } from './graphql-socket.ts';
import { originProblem } from './origin.ts';
import { countedAs, network, type RateLimit, tooManyRequests } from './rate-limit.ts';
import { divideUpgrades } from './upgrades.ts';

/** Counts open WebSockets. Both methods are quick and never throw. */
export type WebSocketMetrics = {
  readonly webSocketOpened: () => void;
  readonly webSocketClosed: () => void;
};

/** What upgrades to a WebSocket need. */
export type WebSocketOptions = {
  /** Browser origins that may open one, besides the server's own. */
  readonly corsOrigins: readonly string[];
  readonly webSocketMetrics: WebSocketMetrics;
};

/** A subscription to 1,000 characters with long ids fits. */
const maxMessageBytes = 512 * 1_024;
/** The most pieces that a message comes in: each takes hundreds of bytes, however small it is. */
const maxPieces = 512;
/** For an upgrade to become a WebSocket, or to end. */
const upgradeTimeoutMs = 3_000;
/** For a client to answer the close of its WebSocket at shutdown. ws waits 30 s, Fastify for no hook over 10 s. */
const closeTimeoutMs = 3_000;
const goingAway = 1001;
const internalError = 1011;
const noUtf8 = 1007;

/**
 * Upgrades `GET /graphql` to a WebSocket and refuses WebSockets elsewhere. An upgrade passes the hooks of the server
 * like any request. Register it before the routes, and before every hook that may refuse: it ends the connection
 * of a refused upgrade. At `close` each WebSocket ends with code 1001, after which clients connect again.
 */
export const webSockets = fp(async (server, { corsOrigins, webSocketMetrics }: WebSocketOptions) => {
  // Where the plugin listens, which would take every upgrade from the server itself.
  const handshakes = createServer();
  await server.register(fastifyWebSocket, {
    options: {
      server: handshakes,
      maxPayload: maxMessageBytes,
      maxFragments: maxPieces,
      maxBufferedChunks: maxPieces,
      handleProtocols,
      // A client that sends many messages at once has one taken in each turn of the event loop.
      allowSynchronousEvents: false,
      // Pongs are sent by graphqlSocket, which bounds what waits to be read.
      autoPong: false,
    },
    // By default the connection is cut, before the client reads which close code ws has sent it.
    errorHandler: (_error, socket) => socket.close(internalError),
    preClose: () => closeAll(server.websocketServer),
  });
  divideUpgrades(server.server, (request, socket, head) => {
    // No hook ends the connection of an upgrade that Fastify answers before its hooks, such as one of a malformed
    // address; at shutdown it would hold up the close. ws lifts the limit once a WebSocket is open, so it is set first.
    socket.setTimeout(upgradeTimeoutMs, () => socket.destroy());
    handshakes.emit('upgrade', request, socket, head);
  });
  server.websocketServer.on('connection', (client) => {
    webSocketMetrics.webSocketOpened();
    client.once('close', webSocketMetrics.webSocketClosed);
    client.on('message', (message, isBinary) => {
      // ws itself looks at text only, and graphql-ws reads both as text.
      if (isBinary && (Array.isArray(message) || !isUtf8(message))) client.close(noUtf8);
    });
  });
  server.addHook('onRequest', (request, reply, done) => {
    const refusal = request.ws ? upgradeRefusal(request, corsOrigins) : undefined;
    if (refusal === undefined) done();
    else reply.code(refusal.status).send(new Error(refusal.message));
  });
});

/** Tells every client to connect again, and cuts those that do not answer in time. */
async function closeAll(sockets: FastifyInstance['websocketServer']): Promise<void> {
  for (const client of sockets.clients) client.close(goingAway, 'Going away');
  const cut = setTimeout(() => {
    for (const client of sockets.clients) client.terminate();
  }, closeTimeoutMs);
  await new Promise((resolve) => sockets.close(resolve));
  clearTimeout(cut);
}

// Without it an upgrade of another route would be accepted.
function upgradeRefusal({ routeOptions, headers }: FastifyRequest, corsOrigins: readonly string[]) {
  if (routeOptions.url !== '/graphql') {
    return { status: 404, message: 'Expected GET /graphql.' };
  }
  const message = originProblem(headers, corsOrigins);
  return message === undefined ? undefined : { status: 403, message };
}

/** What connections of graphql-ws need. */
export type ConnectionOptions = {
  readonly subscriptions: ServerOptions<Record<string, unknown>, Connection>;
  readonly authenticate: Authenticate;
  readonly rateLimit: RateLimit | undefined;
  readonly log: Pick<Logger, 'warn'>;
};

/** A token that does not hold. Clients of graphql-ws do not try again by themselves. */
const unauthorized = 4401;
/** The token has expired. Clients of graphql-ws connect again, and send new connection parameters. */
const tokenExpired = 4403;
const tryAgainLater = 1013;
/** The most WebSockets of one address, also behind a proxy. */
const maxSocketsOfAddress = 1_000;

/**
 * Serves graphql-ws on a WebSocket. A connection authenticates by `authorization`, in any letter case, in its
 * parameters, in `headers` among them, or else in the headers of its upgrade, as clients are used to: one without
 * a token that holds is closed with code 4401, with 1013 if the keys of tokens are out of reach, and with 4403
 * when its token expires. Each subscription counts as a request of the caller's rate limit. An address has at most
 * 1,000 connections; one more is closed with code 1013.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function subscriptionHandler({
  subscriptions,
  authenticate,
  rateLimit,
  log,
}: ConnectionOptions): WebsocketHandler {
  const options: SocketOptions = {
    ...subscriptions,
    onConnect: async (context) => {
      const { connectionParams, extra } = context;
      // graphql-ws would keep them, which may take a megabyte, as long as the connection.
      Object.assign(context, { connectionParams: undefined });
      const byAddress = extra.countedAs;
      const authorization =
        valueUnder('authorization', connectionParams) ??
        valueUnder('authorization', valueUnder('headers', connectionParams)) ??
        valueUnder('authorization', extra.request.headers);
      const outcome = await authenticate(authorization);
      if (outcome.type !== 'known') {
        const reason = authorization === undefined ? noToken : outcome.reason;
        extra.socket.close(outcome.type === 'refused' ? unauthorized : tryAgainLater, reason);
        return false;
      }
      // Closed meanwhile: a caller or a timer would stay for ever.
      if (extra.socket.readyState !== extra.socket.OPEN) return false;
      extra.caller = outcome.caller;
      extra.countedAs = countedAs(outcome.caller, extra.request.ip);
      if (outcome.caller === 'anyone') return true;
      closeAt(extra.socket, outcome.caller.expiresAt);
      // Until now it counted for its address, as its upgrade did.
      await rateLimit?.giveBack(byAddress);
      if ((await rateLimit?.secondsToWait(extra.countedAs)) === undefined) return true;
      extra.socket.close(tryAgainLater, tooManyRequests.message);
      return false;
    },
    onSubscribe: async (context, id, payload) => {
      const waitSeconds = await rateLimit?.secondsToWait(context.extra.countedAs);
      if (waitSeconds === undefined) return subscriptions.onSubscribe?.(context, id, payload);
      return [new GraphQLError(tooManyRequests.message, { extensions: tooManyRequests.extensions })];
    },
  };
  const sockets = createHoldings(maxSocketsOfAddress);
  const serve = graphqlSocket(options, log);
  return function (socket, request) {
    const leave = sockets.take(network(request.ip), 1);
    if (leave === undefined) return socket.close(tryAgainLater, tooManyRequests.message);
    socket.once('close', leave);
    return serve.call(this, socket, request);
  };
}

const noToken = 'Expected a token as authorization, in the connection parameters or the headers, got none.';

/** The value under a name in any letter case; `undefined` if there is none, or an empty one. */
function valueUnder(name: string, values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return undefined;
  const found = Object.entries(values).find(([key, value]) => key.toLowerCase() === name && value);
  return found?.[1];
}

const longestTimerMs = 2 ** 31 - 1;

function closeAt(socket: WebSocket, expiresAt: number): void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    const leftMs = expiresAt - Date.now();
    if (leftMs <= 0) socket.close(tokenExpired, 'The token has ended; connect again with a new one.');
    else timer = setTimeout(wait, Math.min(leftMs, longestTimerMs));
  };
  wait();
  socket.once('close', () => clearTimeout(timer));
}
