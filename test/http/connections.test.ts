import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAdmission, drainOnClose } from '../../src/http/connections.ts';

describe('connections', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    server.on('connection', createAdmission(3, 5));
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
  });

  /** A connection, and the server's side of it. */
  async function connected(localAddress: string) {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.on('error', () => {});
    const [[side]]: [Socket[], unknown] = await Promise.all([
      once(server, 'connection'),
      once(socket, 'connect'),
    ]);
    if (side === undefined) throw new Error('Expected a connection.');
    return { socket, side };
  }
  type Connected = Awaited<ReturnType<typeof connected>>;

  const open = (all: readonly Connected[]) => all.map(({ side }) => !side.destroyed);
  const end = (all: readonly Connected[]) => {
    for (const { socket } of all) socket.destroy();
  };

  test('of one address are refused beyond its limit, and taken again once one has ended', async () => {
    const first = await connected('127.0.0.2');
    const others = [];
    for (let nth = 0; nth < 3; nth += 1) others.push(await connected('127.0.0.2'));
    expect(open([first, ...others])).toEqual([true, true, true, false]);
    const other = await connected('127.0.0.3');
    expect(open([other])).toEqual([true]);
    first.socket.destroy();
    await once(first.side, 'close');
    const again = await connected('127.0.0.2');
    expect(open([again])).toEqual([true]);
    end([...others, other, again]);
  });

  test('of all addresses are bounded too: the address with most of them loses its oldest', async () => {
    const many = [];
    for (let nth = 0; nth < 3; nth += 1) many.push(await connected('127.0.0.2'));
    const others = [await connected('127.0.0.3'), await connected('127.0.0.4')];
    const probe = await connected('127.0.0.1');
    expect(open([...many, ...others, probe])).toEqual([false, true, true, true, true, true]);
    end([...many, ...others, probe]);
  });
});

describe('a server that closes', () => {
  const answer = 'x'.repeat(8_000_000);
  let server: FastifyInstance;
  let port: number;
  beforeEach(async () => {
    server = Fastify({ return503OnClosing: false });
    await server.register(drainOnClose);
    server.get('/', async () => answer);
    await server.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = server.server.address() as AddressInfo);
  });

  function ask(): Socket {
    const socket = connect({ host: '127.0.0.1', port }).pause();
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return socket;
  }

  test('lets an answer be read to its end', async () => {
    const socket = ask();
    await once(server.server, 'request');
    await sleep(50);
    const closed = server.close();
    let bytes = 0;
    socket.on('data', async (piece: Buffer) => {
      bytes += piece.length;
      socket.pause();
      await sleep(1);
      socket.resume();
    });
    socket.resume();
    await closed;
    if (!socket.closed) await once(socket, 'close');
    expect(bytes).toBeGreaterThan(answer.length);
  });

  test('cuts an answer that nobody reads', async () => {
    const socket = ask();
    await once(server.server, 'request');
    await sleep(50);
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(9_000);
    socket.destroy();
  });
});
