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

  async function connected(localAddress: string): Promise<Socket> {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  const open = async (sockets: readonly Socket[]) => {
    await sleep(50);
    return sockets.map(({ closed }) => !closed);
  };

  test('of one address are refused beyond its limit, and taken again once one has ended', async () => {
    const sockets = [];
    for (let nth = 0; nth < 4; nth += 1) sockets.push(await connected('127.0.0.2'));
    expect(await open(sockets)).toEqual([true, true, true, false]);
    const other = await connected('127.0.0.3');
    expect(await open([other])).toEqual([true]);
    sockets[0]?.destroy();
    await sleep(50);
    const again = await connected('127.0.0.2');
    expect(await open([again])).toEqual([true]);
    for (const socket of [...sockets, other, again]) socket.destroy();
  });

  test('of all addresses are bounded too: the address with most of them loses its oldest', async () => {
    const many = [];
    for (let nth = 0; nth < 3; nth += 1) many.push(await connected('127.0.0.2'));
    const others = [await connected('127.0.0.3'), await connected('127.0.0.4')];
    const probe = await connected('127.0.0.1');
    expect(await open([...many, ...others, probe])).toEqual([false, true, true, true, true, true]);
    for (const socket of [...many, ...others, probe]) socket.destroy();
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
