import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { RunningEngine } from './dynoxide.ts';

/** One call of DynamoDB that went through the proxy. */
export type Call = { readonly operation: string; readonly capacityUnits: number };

/** A proxy in front of a DynamoDB engine that keeps what was called and what it cost. */
export type CountingProxy = RunningEngine & {
  /** The calls since the last time it was asked. */
  readonly takeCalls: () => readonly Call[];
};

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startCountingProxy(endpoint: string): Promise<CountingProxy> {
  let calls: Call[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const answer = await forward(endpoint, incoming, await bodyOf(incoming));
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    calls.push({ operation, capacityUnits: capacityOf(answer.body) });
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a port, got none.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    takeCalls: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function forward(endpoint: string, incoming: IncomingMessage, body: Buffer) {
  const { host, ...headers } = incoming.headers;
  const outgoing = request(endpoint, { method: incoming.method ?? 'POST', headers, agent: false });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 500, headers: answer.headers, body: await bodyOf(answer) };
}

function capacityOf(body: Buffer): number {
  const { ConsumedCapacity } = JSON.parse(body.toString() || '{}');
  const consumed: readonly { readonly CapacityUnits?: number }[] = [ConsumedCapacity ?? []].flat();
  return consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
