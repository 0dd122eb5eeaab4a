import type { WebSocket, WebsocketHandler } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { type Message, MessageType, makeServer, parseMessage, type ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import type { Connection } from '../graphql/subscriptions.ts';

/** A connection, with the WebSocket and the upgrade request that it came by. */
export type SocketConnection = Connection & {
  readonly socket: WebSocket;
  readonly request: FastifyRequest;
};

/** Options of graphql-ws, with our connection as `extra`. */
export type SocketOptions = ServerOptions<Record<string, unknown>, SocketConnection>;

/** A client that does not answer a ping until the next one is cut. */
const pingIntervalMs = 12_000;
const internalError = 1011;

/**
 * Speaks graphql-ws on a WebSocket. Once it is closed, every subscription of its connection ends.
 *
 * @see https://the-guild.dev/graphql/ws/recipes#ws-server-usage-with-custom-auth-handling
 */
export function graphqlSocket(options: SocketOptions, log: Pick<Logger, 'warn'>): WebsocketHandler {
  const server = makeServer(options);
  return (socket, request) => {
    const connection: SocketConnection = { socket, request, open: new Set() };
    const ids = createOperationIds();
    const failed = (err: unknown): void => {
      log.warn({ err }, 'A message over a WebSocket failed');
      socket.close(internalError);
    };
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) => sent(socket, ids.outgoing(data)),
        close: (code, reason = '') => socket.close(code, ids.outgoing(reason)),
        onMessage: (take) =>
          socket.on('message', (data) => {
            ids.incoming(String(data), take).catch(failed);
          }),
      },
      connection,
    );
    pingRegularly(socket);
    socket.once('close', (code, reason) => {
      delete connection.caller;
      for (const end of connection.open) end.abort();
      closed(code, String(reason)).catch(failed);
    });
  };
}

function sent(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve) => {
    // A message that cannot be sent is of a socket that closes.
    if (socket.readyState === socket.OPEN) socket.send(data, () => resolve());
    else resolve();
  });
}

function pingRegularly(socket: WebSocket): void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, pingIntervalMs);
  socket.once('close', () => clearInterval(timer));
}

type TakeMessage = (data: string) => Promise<void>;

/**
 * Gives each operation a name that is new on its connection, `3:` before the client's id. A client may use an id
 * again right after its `complete`, and graphql-ws then takes the end of the first operation for that of the second.
 */
function createOperationIds() {
  const names = new Map<string, string>();
  let count = 0;
  return {
    /** Hands on a message with the names of operations; resolves when it is dealt with, a subscription at its end. */
    incoming: async (data: string, take: TakeMessage): Promise<void> => {
      const message = messageIn(data);
      if (message?.type === MessageType.Subscribe) {
        const { id } = message;
        count += 1;
        const name = names.get(id) ?? `${count}:${id}`;
        names.set(id, name);
        await take(JSON.stringify({ ...message, id: name }));
        if (names.get(id) === name) names.delete(id);
      } else if (message?.type === MessageType.Complete) {
        const name = names.get(message.id) ?? '';
        names.delete(message.id);
        if (name !== '') await take(JSON.stringify({ ...message, id: name }));
      } else await take(data);
    },
    /** A message of graphql-ws, or its reason to close, with the client's id. */
    outgoing: (text: string): string => text.replace(/^(\{"id":"|Subscriber for )\d+:/, '$1'),
  };
}

/** The message; `undefined` if it is none, which graphql-ws refuses. */
function messageIn(data: string): Message | undefined {
  try {
    return parseMessage(data);
  } catch {
    return undefined;
  }
}
