import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { network } from '../../src/http/rate-limit.ts';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { startTokenIssuer } from '../engines/token-issuer.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:4711', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::1:0:0:1', '2001:db8:0:0::/64'],
  ['1:0:0:2:3:4:5:6', '1:0:0:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'an unknown address'],
  ['', 'an unknown address'],
])('the address %s counts as %s', (address, counted) => {
  expect(network(address)).toBe(counted);
});

describe('a caller that sends more than RATE_LIMIT requests a minute', () => {
  let engine: EngineUnderTest;
  beforeAll(async () => {
    engine = await embedded.open();
  });
  afterAll(() => engine.close());

  const start = () => startServerHere({ ...engine.environment, RATE_LIMIT: '5' });

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
    await server.stop();
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
    await server.stop();
  });

  /** Starts a server with this environment, lets it be tried, and stops it. */
  async function tried(
    environment: Readonly<Record<string, string>>,
    trial: (server: ServerHere) => unknown,
  ) {
    const server = await startServerHere({ ...engine.environment, RATE_LIMIT: '3', ...environment });
    await trial(server);
    await server.stop();
  }

  const typename = '{"query":"{ __typename }"}';

  /** The answer to a POST to this path as it is written, with these headers. */
  async function answerTo(server: ServerHere, headers: Readonly<Record<string, string>>, path = '/graphql') {
    const { hostname, port } = new URL(server.url);
    const all = { 'content-type': 'application/json', ...headers };
    const sent = request({ hostname, port, path, method: 'POST', headers: all }).end(typename);
    const [answer]: IncomingMessage[] = await once(sent, 'response');
    answer?.resume();
    return answer;
  }

  const statusTo = async (...args: Parameters<typeof answerTo>) => (await answerTo(...args))?.statusCode;

  test('is one caller however the address of the API is spelled', async () => {
    await tried({}, async (server) => {
      const statuses: unknown[] = [];
      for (const path of [
        '/%67raphql',
        `${server.url}?x=1`,
        '/graphql?a',
        '/gra%70hql',
        server.url,
        '/graphql',
      ]) {
        statuses.push(await statusTo(server, {}, path));
      }
      expect(statuses).toEqual([200, 200, 200, 429, 429, 429]);
    });
  });

  test('has also what is refused counted, and not what only asks whether it may ask', async () => {
    await tried({ CORS_ORIGINS: 'https://app.example' }, async (server) => {
      const asking = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
      for (const origin of ['https://app.example', 'https://elsewhere.example']) {
        for (let nth = 0; nth < 4; nth += 1) {
          const { status } = await fetch(server.url, { method: 'OPTIONS', headers: { ...asking, origin } });
          expect(status).toBe(204);
        }
      }
      const put = { method: 'PUT', headers: asking };
      const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
      for (const [init, status] of [
        [put, 405],
        [broken, 400],
        [broken, 400],
        [put, 429],
      ] as const) {
        expect((await fetch(server.url, init)).status).toBe(status);
      }
    });
    await tried({ NODE_ENV: 'production' }, async (server) => {
      for (let nth = 0; nth < 5; nth += 1) {
        expect((await fetch(server.url, { method: 'OPTIONS' })).status).toBe(405);
      }
    });
  });

  test('can read that it is over, and when to come again, in a page of an allowed origin', async () => {
    const origin = 'https://app.example';
    await tried({ CORS_ORIGINS: origin, RATE_LIMIT: '1' }, async (server) => {
      const told = async (headers: Readonly<Record<string, string>>) => {
        const answer = await answerTo(server, headers);
        const { headers: said = {} } = answer ?? {};
        return [
          answer?.statusCode,
          said['access-control-allow-origin'],
          said['access-control-expose-headers'],
        ];
      };
      const exposed = 'x-request-id, retry-after';
      expect(await told({ origin })).toEqual([200, origin, exposed]);
      expect(await told({ origin })).toEqual([429, origin, exposed]);
      expect(await told({ origin, host: 'rebound.example' })).toEqual([403, origin, exposed]);
    });
  });

  const from = (...addresses: readonly string[]) => ({ 'x-forwarded-for': addresses.join(', ') });

  test('is not told by what it says of itself', async () => {
    await tried({}, async (server) => {
      for (const nth of [1, 2, 3]) expect(await statusTo(server, from(`192.0.2.${nth}`))).toBe(200);
      expect(await statusTo(server, from('192.0.2.4'))).toBe(429);
    });
  });

  test.each(['1', '127.0.0.1', '10.0.0.0/8,127.0.0.0/8'])(
    'is told by the proxy in front: %s',
    async (TRUST_PROXY) => {
      await tried({ TRUST_PROXY }, async (server) => {
        for (const nth of [1, 2, 3]) {
          expect(await statusTo(server, from(`198.51.100.${nth}`, '192.0.2.1'))).toBe(200);
          expect(await statusTo(server, from('192.0.2.1', '192.0.2.2'))).toBe(200);
        }
        expect(await statusTo(server, from('198.51.100.9', '192.0.2.1'))).toBe(429);
        expect(await statusTo(server, from('192.0.2.3'))).toBe(200);
      });
    },
  );

  test('is told by the first proxy of two that are trusted', async () => {
    for (const TRUST_PROXY of ['2', '127.0.0.1,10.0.0.0/8']) {
      await tried({ TRUST_PROXY }, async (server) => {
        for (const nth of [1, 2, 3, 4]) {
          const status = await statusTo(server, from('192.0.2.1', `10.0.0.${nth}`));
          expect(status).toBe(nth === 4 ? 429 : 200);
        }
        expect(await statusTo(server, from('192.0.2.2', '10.0.0.1'))).toBe(200);
      });
    }
  });

  test('has one limit for all its addresses of one IPv6 network, and another one for each IPv4 address', async () => {
    await tried({ TRUST_PROXY: '1' }, async (server) => {
      for (const nth of [1, 2, 3]) expect(await statusTo(server, from(`2001:db8::${nth}`))).toBe(200);
      expect(await statusTo(server, from('2001:db8::ffff:0:0:1'))).toBe(429);
      expect(await statusTo(server, from('2001:db8:0:1::1'))).toBe(200);
      for (const nth of [1, 2, 3, 4]) expect(await statusTo(server, from(`::ffff:192.0.2.${nth}`))).toBe(200);
    });
  });

  /** How an upgrade to a WebSocket ends. */
  async function upgrade(server: ServerHere, headers: Readonly<Record<string, string>>) {
    const socket = new WebSocket(server.url.replace('http:', 'ws:'), 'graphql-transport-ws', { headers });
    socket.on('error', () => {});
    const outcome = await new Promise((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
    });
    socket.terminate();
    return outcome;
  }

  const query = 'subscription { eventAppended(characterId: "x") { version } }';

  test('is told by the proxy for WebSockets and their subscriptions too', async () => {
    await tried({ TRUST_PROXY: '1' }, async (server) => {
      const client = webSocketClient(server, from('192.0.2.1'));
      const open = [subscribe(client, query), subscribe(client, query)];
      const over = subscribe(client, query);
      await expect.poll(over.isOver).toBe(true);
      expect(over.errors).toMatchObject([{ extensions: { code: 'THROTTLED' } }]);
      expect(open.map(({ isOver }) => isOver())).toEqual([false, false]);
      expect(await upgrade(server, from('192.0.2.1'))).toBe(429);
      expect(await upgrade(server, from('192.0.2.2'))).toBe('open');
      await client.dispose();
    });
  });

  test('is told by its token wherever it is, and without one that holds by its address', async () => {
    const issuer = await startTokenIssuer();
    await tried({ ...issuer.environment, TRUST_PROXY: '1' }, async (server) => {
      const bearer = async (sub: string) => ({ authorization: `Bearer ${await issuer.sign({ sub })}` });
      const [alice, bob] = [await bearer('alice'), await bearer('192.0.2.1')];
      for (const nth of [1, 2, 3]) {
        expect(await statusTo(server, { ...alice, ...from(`192.0.2.${nth}`) })).toBe(200);
        expect(await statusTo(server, { ...bob, ...from('192.0.2.1') })).toBe(200);
        expect(await statusTo(server, { authorization: 'Bearer x', ...from('192.0.2.1') })).toBe(401);
      }
      expect(await statusTo(server, { authorization: 'Bearer x', ...from('192.0.2.1') })).toBe(429);
      const over = await answerTo(server, { ...alice, ...from('192.0.2.9') });
      expect([over?.statusCode, Number(over?.headers['retry-after'])]).toEqual([429, expect.any(Number)]);
      expect(await statusTo(server, { ...(await bearer('carol')), ...from('192.0.2.1') })).toBe(200);
      expect(await statusTo(server, from('192.0.2.2'))).toBe(401);
    });
    await issuer.stop();
  });

  test('is told by its token over the WebSocket too', async () => {
    const issuer = await startTokenIssuer();
    await tried(issuer.environment, async (server) => {
      const clientOf = async (sub: string) =>
        webSocketClient(server, {}, { authorization: `Bearer ${await issuer.sign({ sub })}` });
      const clients = [];
      for (const sub of ['a', 'b', 'c', 'd', 'e']) {
        const client = await clientOf(sub);
        clients.push(client);
        const open = [subscribe(client, query), subscribe(client, query)];
        const over = subscribe(client, query);
        await expect.poll(over.isOver).toBe(true);
        expect(over.errors).toMatchObject([{ extensions: { code: 'THROTTLED' } }]);
        expect(open.map(({ isOver }) => isOver())).toEqual([false, false]);
      }
      const again = await clientOf('a');
      const closed = new Promise((resolve) => again.on('closed', resolve));
      subscribe(again, query);
      expect(await closed).toMatchObject({ code: 1013 });
      for (const end of ['open', 'open', 'open', 429]) expect(await upgrade(server, {})).toBe(end);
      for (const client of clients) await client.dispose();
    });
    await issuer.stop();
  });
});
