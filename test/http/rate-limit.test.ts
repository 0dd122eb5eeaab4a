import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';

describe('a caller that sends more than RATE_LIMIT requests a minute', () => {
  let engine: EngineUnderTest;
  beforeAll(async () => {
    engine = await embedded.open();
  });
  afterAll(() => engine.close());

  const start = () => startServer({ ...engine.environment, RATE_LIMIT: '5' });

  test('gets 429 with Retry-After; the sheet and the probes go on', async () => {
    const server = await start();
    for (let nth = 0; nth < 5; nth += 1) expect((await server.graphql('{ __typename }')).status).toBe(200);
    const { status, headers, errors } = await server.graphql('{ __typename }');
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(errors).toMatchObject([
      { extensions: { code: 'THROTTLED', retryable: true, requestId: expect.any(String) } },
    ]);
    for (const path of ['/', '/livez', '/readyz']) {
      expect((await fetch(new URL(path, server.url))).status).toBe(200);
    }
    await server.stop('SIGTERM');
  });

  test('gets it over the WebSocket too, for subscriptions and for connections', async () => {
    const server = await start();
    const client = webSocketClient(server);
    const query = 'subscription { eventAppended(characterId: "x") { version } }';
    const allowed = Array.from({ length: 4 }, () => subscribe(client, query));
    await expect
      .poll(async () => {
        const more = subscribe(client, query);
        await expect.poll(more.isOver).toBe(true);
        return more.errors;
      })
      .toMatchObject([{ extensions: { code: 'THROTTLED' } }]);
    expect(allowed.map(({ isOver }) => isOver())).toEqual([false, false, false, false]);
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws');
    socket.on('error', () => {});
    const answer = await new Promise<IncomingMessage>((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response));
    });
    expect([answer.statusCode, Number(answer.headers['retry-after'])]).toEqual([429, expect.any(Number)]);
    await client.dispose();
    await server.stop('SIGTERM');
  });
});
