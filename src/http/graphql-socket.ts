import type { WebSocket, WebsocketHandler } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { type Message, MessageType, makeServer, parseMessage, type ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import type { Connection } from '../graphql/subscription-results.ts';
import { hasMoreValues } from './json-values.ts';
import { countedAs, network } from './rate-limit.ts';
import { createUnreadMessages, type Outbox } from './unread-messages.ts';

/** A connection, with the WebSocket and the upgrade request that it came by. */
export type SocketConnection = Connection & {
  readonly socket: WebSocket;
  readonly request: FastifyRequest;
};

/** Options of graphql-ws, with our connection as `extra`. */
export type SocketOptions = ServerOptions<Record<string, unknown>, SocketConnection>;

/** A client that does not answer a ping until the next one is cut, unless it still has to read what came before. */
const pingIntervalMs = 12_000;
/** What a slow line takes from one ping to the next: 16 KB a second. */
const slowLineBytes = 192_000;
/** The most messages of a client in a time, one of more than 4 KB counting as several. */
const messages = { most: 1_000, withinMs: 10_000, bytes: 4_096 };
/** The most JSON values of a message: a subscription to 1,000 characters has 3,000. */
const mostValues = 4_000;
const policyViolation = 1008;
const internalError = 1011;

/**
 * Speaks graphql-ws on a WebSocket. Once it is closed, every subscription of its connection ends. A client is cut that
 * sends more than 1,000 messages in 10 s, or that leaves unread what it is sent.
 *
 * @see https://the-guild.dev/graphql/ws/recipes#ws-server-usage-with-custom-auth-handling
 */
export function graphqlSocket(options: SocketOptions, log: Pick<Logger, 'warn'>): WebsocketHandler {
  const server = makeServer(options);
  const outboxOf = createUnreadMessages(log);
  return (socket, request) => {
    const connection: SocketConnection = {
      socket,
      request,
      countedAs: countedAs(undefined, request.ip),
      open: new Set(),
      sent: Promise.resolve(),
    };
    const ids = createOperationIds();
    const outbox = outboxOf(socket, network(request.ip));
    const isOpen = () => socket.readyState === socket.OPEN;
    const failed = (err: unknown): void => {
      if (isOpen()) log.warn({ err }, 'A message over a WebSocket failed');
      socket.close(internalError);
    };
    countMessages(socket, outbox);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) => outbox.send(ids.outgoing(data)),
        close: (code, reason = '') => socket.close(code, ids.outgoing(reason)),
        onMessage: (take) =>
          socket.on('message', (data) => {
            if (!isOpen()) return;
            if (Buffer.isBuffer(data) && hasMoreValues(data, mostValues)) {
              socket.close(
                policyViolation,
                `Expected at most ${mostValues} JSON values in a message, got more.`,
              );
            } else ids.incoming(String(data), take).catch(failed);
          }),
      },
      connection,
    );
    pingRegularly(socket, outbox);
    socket.once('close', (code, reason) => {
      delete connection.caller;
      for (const end of connection.open) end.abort();
      closed(code, String(reason)).catch(failed);
    });
  };
}

function countMessages(socket: WebSocket, outbox: Outbox): void {
  let [since, count] = [performance.now(), 0];
  const taken = (bytes: number): void => {
    const now = performance.now();
    if (now - since > messages.withinMs) [since, count] = [now, 0];
    count += Math.max(1, Math.ceil(bytes / messages.bytes));
    if (count > messages.most) outbox.cut(`A WebSocket sent more than ${messages.most} messages in 10 s`);
  };
  socket.on('message', (data) => taken(String(data).length));
  socket.on('pong', () => taken(1));
  socket.on('ping', (data) => {
    taken(1);
    outbox.pong(data);
  });
}

function pingRegularly(socket: WebSocket, outbox: Outbox): void {
  let [unanswered, readBytes] = [0, 0];
  socket.on('pong', (data) => {
    unanswered = 0;
    readBytes = Number(data) || 0;
  });
  const timer = setInterval(() => {
    outbox.cutIfStalled();
    if (unanswered > (outbox.sentBytes() - readBytes) / slowLineBytes) return socket.terminate();
    unanswered += 1;
    socket.ping(`${outbox.sentBytes()}`);
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
