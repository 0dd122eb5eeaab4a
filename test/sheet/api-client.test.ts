import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAccess } from '../../src/sheet/access.ts';
import { createApiClient } from '../../src/sheet/api-client.ts';
import { LatestVersionDocument } from '../../src/sheet/generated/operations.ts';
import { memoryStorage } from './stores.ts';

/** A client of a server that answers so. */
async function clientOf(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const access = createAccess(memoryStorage(), memoryStorage());
  return { access, api: createApiClient(`http://127.0.0.1:${port}/graphql`, access) };
}

const dana = { id: 'dana' };

function graphql(body: unknown): RequestListener {
  return (_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

test('an answer is the data, also where some of its fields failed', async () => {
  const data = { character: { __typename: 'Character', version: 7 }, other: null };
  const { api } = await clientOf(graphql({ data, errors: [{ message: 'other failed' }] }));
  expect(await api.query(LatestVersionDocument, dana)).toEqual({ type: 'answered', data });
});

test('an error is a failure with the code and the words of the server', async () => {
  const errors = [{ message: 'Busy.', extensions: { code: 'THROTTLED', requestId: 'r1' } }];
  const { api } = await clientOf(graphql({ data: { character: null }, errors }));
  expect(await api.query(LatestVersionDocument, dana)).toEqual({
    type: 'failed',
    failure: { code: 'THROTTLED', requestId: 'r1', message: 'Busy.' },
  });
});

test.each<[string, RequestListener]>([
  ['the page of a proxy', (_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>')],
  ['an empty answer', (_, response) => response.end()],
  ['a connection that is cut', (request) => request.socket.destroy()],
  ['JSON that is no answer of GraphQL', (_, response) => response.end('[]')],
  ['null', (_, response) => response.end('null')],
  ['data that is a text', (_, response) => response.end('{"data":"stored"}')],
])('%s is a server that did not answer', async (_, listener) => {
  const { api } = await clientOf(listener);
  expect(await api.query(LatestVersionDocument, dana)).toMatchObject({
    type: 'failed',
    failure: { code: 'UNREACHABLE' },
  });
});

test('a server that wants a token is heard, and is sent it', async () => {
  const { access, api } = await clientOf((request, response) => {
    const known = request.headers.authorization === 'Bearer abc';
    const body = known
      ? { data: { character: { __typename: 'Character', version: 0 } } }
      : { errors: [{ message: 'Who?', extensions: { code: 'UNAUTHENTICATED' } }] };
    response.writeHead(known ? 200 : 401).end(JSON.stringify(body));
  });
  expect(await api.query(LatestVersionDocument, dana)).toMatchObject({ type: 'failed' });
  expect(access.wanted.value).toBe('one');
  access.signIn('abc', false);
  expect(await api.query(LatestVersionDocument, dana)).toMatchObject({ type: 'answered' });
  expect(access.wanted.value).toBe('none');
});

test('a hurried query is sent again past connections that are dead, and answered once', async () => {
  let requests = 0;
  const { api } = await clientOf((request, response) => {
    requests += 1;
    if (requests > 2)
      graphql({ data: { character: { __typename: 'Character', version: 7 } } })(request, response);
  });
  const began = performance.now();
  expect(await api.query(LatestVersionDocument, dana, { hurried: true })).toMatchObject({ type: 'answered' });
  expect(requests).toBeGreaterThanOrEqual(3);
  // One more each 1.5 s.
  expect(requests).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_490);
});

test('a mutation is sent once', async () => {
  let requests = 0;
  const { api } = await clientOf(() => {
    requests += 1;
  });
  const answer = await api.mutate(LatestVersionDocument, dana, { timeoutMs: 1_700 });
  expect(answer).toMatchObject({ type: 'failed', failure: { code: 'UNREACHABLE' } });
  expect(requests).toBe(1);
});
