import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { MetricsPage } from './metrics-page.ts';
import { type RateLimit, tooMany } from './rate-limit.ts';
import type { WebSocketOptions } from './web-socket-authentication.ts';

/** Why an upgrade is refused, as an HTTP answer. */
export type UpgradeRefusal = {
  readonly status: '403 Forbidden' | '404 Not Found' | '429 Too Many Requests';
  readonly message: string;
  readonly retryAfterSeconds?: number;
};

const maxMessageBytes = 64 * 1_024;

/**
 * Serves subscriptions over the WebSocket of a server, to everyone who is not refused. When the server closes,
 * connections end with code 1001, after which clients connect again.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function serveWebSocket(
  server: FastifyInstance,
  subscriptions: WebSocketOptions,
  { webSocketOpened, webSocketClosed }: MetricsPage,
  secondsToWait: RateLimit,
  refusalOf: (request: IncomingMessage) => UpgradeRefusal | undefined,
): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  sockets.on('connection', (client) => {
    webSocketOpened();
    client.once('close', webSocketClosed);
  });
  const { dispose } = useServer<Record<string, unknown>>(
    {
      ...subscriptions,
      onSubscribe: async (context, id, payload) => {
        const wait = await secondsToWait(callerOf(context.extra.request));
        if (wait !== undefined)
          return [new GraphQLError(tooMany.message, { extensions: tooMany.extensions })];
        return subscriptions.onSubscribe?.(context, id, payload);
      },
    },
    sockets,
  );
  server.server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request) ?? tooManyOf(await secondsToWait(callerOf(request)));
    if (refusal !== undefined) return refuse(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  server.addHook('preClose', async () => {
    await dispose();
  });
}

function callerOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '';
}

function tooManyOf(seconds: number | undefined): UpgradeRefusal | undefined {
  if (seconds === undefined) return undefined;
  return { status: '429 Too Many Requests', message: tooMany.message, retryAfterSeconds: seconds };
}

function refuse(socket: Duplex, { status, message, retryAfterSeconds }: UpgradeRefusal): void {
  const body = JSON.stringify({ message });
  const retryAfter = retryAfterSeconds === undefined ? '' : `retry-after: ${retryAfterSeconds}\r\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n${retryAfter}\r\n${body}`,
  );
}
