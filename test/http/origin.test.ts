import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loopbackHostsOnly } from '../../src/http/origin.ts';

let server: FastifyInstance;
beforeAll(async () => {
  server = Fastify();
  await server.register(loopbackHostsOnly);
  server.get('/', async () => 'answered');
});
afterAll(() => server.close());

const statusWith = async (host: string) => (await server.inject({ url: '/', headers: { host } })).statusCode;

test.each(['localhost', 'LocalHost:4000', 'sheet.localhost:80', '127.0.0.1', '127.1.2.3:4000', '[::1]:4000'])(
  'a request to this machine as %s is answered',
  async (host) => {
    expect(await statusWith(host)).toBe(200);
  },
);

test.each([
  'rebound.example',
  'localhost.rebound.example',
  'rebound-localhost',
  '127.rebound.example',
  'rebound.example/.localhost',
  'localhost@rebound.example',
  'localhost:4000@rebound.example',
  '192.0.2.1:4000',
  '[2001:db8::1]',
])('a request to %j is refused, with what was expected', async (host) => {
  const { statusCode, body } = await server.inject({ url: '/', headers: { host } });
  expect(statusCode).toBe(403);
  expect(JSON.parse(body)).toMatchObject({
    message: `Expected this machine in Host, such as localhost, since AUTH_MODE is off, got ${JSON.stringify(host)}.`,
  });
});
