import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import type { RunningEngine } from './engine-process.ts';

/** An HTTP answer, whole. */
export type ProxiedAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** One call of DynamoDB on its way through a proxy. */
export type ProxiedCall = {
  /** Such as `PutItem`. */
  readonly operation: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The caller's connection. */
  readonly socket: Socket;
  /** Sends the call to the engine, with this body or its own. */
  readonly forward: (body?: Buffer) => Promise<ProxiedAnswer>;
};

/**
 * Starts a proxy in front of a DynamoDB engine, on a free port of 127.0.0.1. `answerTo` answers every call;
 * with `undefined` it gets no answer.
 */
export async function startHttpProxy(
  endpoint: string,
  answerTo: (call: ProxiedCall) => Promise<ProxiedAnswer | undefined>,
): Promise<RunningEngine> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await bodyOf(incoming);
      const answer = await answerTo({
        operation: String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '',
        headers: incoming.headers,
        body,
        socket: incoming.socket,
        forward: (changed = body) => forward(endpoint, incoming, changed),
      });
      if (answer !== undefined) outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      // The caller or the engine has gone away.
      incoming.socket.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port, got none.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function forward(endpoint: string, incoming: IncomingMessage, body: Buffer): Promise<ProxiedAnswer> {
  const { host, 'content-length': _, ...headers } = incoming.headers;
  const outgoing = request(endpoint, { method: incoming.method ?? 'POST', headers, agent: false });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await bodyOf(answer) };
}
