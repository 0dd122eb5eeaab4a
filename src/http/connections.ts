import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import fp from 'fastify-plugin';
import { network } from './rate-limit.ts';

/** The most connections of one address, and of all. */
const mostOfAddress = 1_000;
const mostOfAll = 10_000;
/** For answers under way when the server closes. Fastify waits for no hook longer than 10 s. */
const drainTimeoutMs = 5_000;

/**
 * Bounds connections: 1,000 of an address, an IPv6 network of 64 bits counting as one, and 10,000 in all. Beyond that
 * the address with most of them loses its oldest, so that others still get through. Behind trusted proxies, whose
 * connections are many callers', only the number of all is bounded.
 */
export const limitedConnections = fp(
  async ({ server }, { isBehindProxy }: { readonly isBehindProxy: boolean }) => {
    if (isBehindProxy) server.maxConnections = mostOfAll;
    else {
      const admit = createAdmission(mostOfAddress, mostOfAll);
      server.on('connection', admit);
    }
  },
);

/** Ends a connection that is one too many, or another in its place. */
export function createAdmission(mostOfOne: number, most: number): (socket: Socket) => void {
  const byAddress = new Map<string, Set<Socket>>();
  let open = 0;
  return (socket) => {
    const address = network(socket.remoteAddress ?? '');
    const others = byAddress.get(address) ?? new Set();
    // A connection whose request for an upgrade is ignored comes twice.
    if (others.has(socket)) return;
    if (others.size >= mostOfOne) return void socket.destroy();
    byAddress.set(address, others.add(socket));
    open += 1;
    socket.once('close', () => {
      open -= 1;
      others.delete(socket);
      if (others.size === 0) byAddress.delete(address);
    });
    if (open <= most) return;
    const [largest] = Array.from(byAddress.values()).toSorted((one, other) => other.size - one.size);
    const [oldest] = largest ?? [];
    oldest?.destroy();
  };
}

/**
 * While the server closes it takes no more requests, and each answer ends its connection: a kept-alive one would hold
 * up the close. Requests under way have 5 s to be answered and read; Node would take an answer that is written but not
 * read for idle. Once there are none it cuts all connections.
 */
export const drainOnClose = fp(async (server) => {
  const underWay = new Set<ServerResponse>();
  let isClosing = false;
  let onDrained = () => {};
  const end = (answer: ServerResponse) => {
    underWay.delete(answer);
    if (underWay.size === 0) onDrained();
  };
  server.addHook('preClose', async () => {
    isClosing = true;
    if (underWay.size > 0) {
      await new Promise<void>((resolve) => {
        onDrained = resolve;
        setTimeout(resolve, drainTimeoutMs).unref();
      });
    }
    if (underWay.size > 0) return;
    server.server.on('connection', (socket) => socket.destroy());
    server.server.closeAllConnections();
  });
  // Not for a WebSocket, which is no answer and ends by itself.
  server.server.on('request', (_request, answer: ServerResponse) => {
    underWay.add(answer);
    answer.once('close', () => end(answer));
  });
  server.addHook('onRequest', (_request, reply, done) => {
    if (isClosing) reply.code(503).send(new Error('The server is about to end.'));
    else done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done();
  });
});
