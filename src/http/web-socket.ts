import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { ServerOptions } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/** Why an upgrade is refused, as an HTTP answer. */
export type UpgradeRefusal = { readonly status: '403 Forbidden' | '404 Not Found'; readonly message: string };

const maxMessageBytes = 64 * 1_024;

/**
 * Serves subscriptions over the WebSocket of a server, to everyone who is not refused. When the server closes,
 * connections end with code 1001, after which clients connect again.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function serveWebSocket(
  server: FastifyInstance,
  subscriptions: ServerOptions,
  refusalOf: (request: IncomingMessage) => UpgradeRefusal | undefined,
): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const { dispose } = useServer(subscriptions, sockets);
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return refuse(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  server.addHook('preClose', async () => {
    await dispose();
  });
}

function refuse(socket: Duplex, { status, message }: UpgradeRefusal): void {
  const body = JSON.stringify({ message });
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
