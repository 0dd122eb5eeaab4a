import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the network does with a request: `lost` reaches the server, and its answer does not come back. */
export type Fate = 'passes' | 'dropped' | 'lost' | { readonly delayedMs: number };

/** A network between a browser and a server, which gets worse as a test asks. */
export type BadNetwork = {
  /** The address under which the browser sees the server. */
  readonly url: string;
  /** Decides over every HTTP request. */
  fate: (request: IncomingMessage) => Fate;
  /** Whether the upgrade to a WebSocket is never answered. */
  hangsUpgrades: boolean;
  /** Whether connections are refused. */
  isDown: boolean;
  /** Lets all connections that are open now go silent, without an end: as after a phone has slept. */
  readonly freeze: () => void;
  /** Ends all WebSockets. */
  readonly cutWebSockets: () => void;
  /** How many GraphQL requests and WebSockets have come. */
  requests: number;
  readonly stop: () => Promise<void>;
};

/** Starts a network in front of the server at `url`, on a free port of 127.0.0.1. */
export async function startBadNetwork(url: string): Promise<BadNetwork> {
  const target = new URL(url);
  const connections = new Set<Duplex>();
  const webSockets = new Set<Duplex>();
  const frozen = new WeakSet<Duplex>();
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/graphql') network.requests += 1;
    if (frozen.has(incoming.socket)) return;
    void pass(incoming, outgoing, network.fate(incoming));
  });
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket)).on('error', () => {});
    if (network.isDown) socket.destroy();
  });
  server.on('upgrade', (incoming, client, head) => {
    network.requests += 1;
    webSockets.add(client);
    client.on('close', () => webSockets.delete(client));
    if (network.hangsUpgrades) return;
    tunnel(incoming, client, head);
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse, fate: Fate): Promise<void> {
    if (fate === 'dropped') {
      incoming.socket.destroy();
      return;
    }
    if (typeof fate === 'object') await new Promise((resolve) => setTimeout(resolve, fate.delayedMs));
    const forwarded = request({
      host: target.hostname,
      port: target.port,
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: incoming.headers,
    });
    forwarded.on('error', () => incoming.socket.destroy());
    forwarded.on('response', (answer) => {
      if (fate === 'lost') {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      if (frozen.has(incoming.socket)) return;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  }

  function tunnel(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    const upstream = connect(Number(target.port), target.hostname, () => {
      const headers = incoming.rawHeaders
        .map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`))
        .join('');
      upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
      upstream.write(head);
    });
    const copy = (from: Duplex, to: Duplex): void => {
      from.on('data', (data) => {
        if (!frozen.has(client)) to.write(data);
      });
      from.on('error', () => {});
      from.on('close', () => {
        if (!frozen.has(client)) to.destroy();
      });
    };
    copy(client, upstream);
    copy(upstream, client);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port, got none.');
  const network: BadNetwork = {
    url: `http://127.0.0.1:${address.port}/graphql`,
    fate: () => 'passes',
    hangsUpgrades: false,
    isDown: false,
    requests: 0,
    freeze: () => {
      for (const socket of connections) frozen.add(socket);
    },
    cutWebSockets: () => {
      for (const socket of webSockets) socket.destroy();
    },
    stop: async () => {
      server.close();
      for (const socket of connections) socket.destroy();
      await once(server, 'close');
    },
  };
  return network;
}
