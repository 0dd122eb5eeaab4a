import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';

const studio = 'https://studio.apollographql.com';
const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml', 'sec-fetch-dest': 'document' } };

const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  },
});

describe.each([
  ['outside production', {}],
  ['in production', { NODE_ENV: 'production' }],
])('%s', (when, environment) => {
  const production = when === 'in production';
  let engine: EngineUnderTest;
  let server: ServerHere;
  beforeAll(async () => {
    engine = await embedded.open();
    server = await startServerHere({ ...engine.environment, ...environment });
  });
  afterAll(async () => {
    await server.stop();
    await engine.close();
  });

  test('a browser at the addresses of the sheet gets it, with files that may be kept for good', async () => {
    const pages = await Promise.all(
      ['/', '/?from=mail', '/character?id=..'].map((path) => fetch(new URL(path, server.url), asBrowser)),
    );
    const [page = '', ...same] = await Promise.all(pages.map((response) => response.text()));
    expect(same).toEqual([page, page]);
    expect(pages.map(({ headers }) => headers.get('cache-control'))).toEqual(Array(3).fill('no-store'));
    const files = Array.from(
      page.matchAll(/(?:src|href)="([^"]+)"/g),
      ([, path = '']) => new URL(path, server.url),
    );
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const { status, headers } = await fetch(file);
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
    expect(page).not.toMatch(/<script(?![^>]* src=)|<style|style=/);
    const missing = await fetch(new URL('/assets/missing.js', server.url));
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/json; charset=utf-8',
    ]);
  });

  test('a browser may do with the sheet what it needs, and nothing else', async () => {
    for (const path of ['/', '/character?id=x', '/livez', '/nowhere']) {
      const { headers } = await fetch(new URL(path, server.url));
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
    expect((await fetch(server.url, asBrowser)).headers.get('content-security-policy')).toBeNull();
  });

  test('an answer of the API says what protects data; what protects a page is said of pages', async () => {
    const names = [
      'x-content-type-options',
      'cross-origin-resource-policy',
      'x-frame-options',
      'referrer-policy',
    ];
    const protection = async (init: RequestInit) => {
      const { headers } = await fetch(server.url, init);
      return names.map((name) => headers.get(name));
    };
    const json = { 'content-type': 'application/json' };
    const ofData = ['nosniff', 'same-origin', 'DENY', null];
    expect(await protection({ method: 'POST', headers: json, body: '{"query":"{__typename}"}' })).toEqual(
      ofData,
    );
    expect(await protection({ method: 'POST', headers: json, body: '{' })).toEqual(ofData);
    expect(await protection(asBrowser)).toEqual(['nosniff', 'same-origin', 'DENY', 'no-referrer']);
  });

  test('a browser at /graphiql gets an IDE that loads nothing from elsewhere, or 404', async () => {
    const response = await fetch(new URL('/graphiql', server.url), asBrowser);
    expect(response.status).toBe(production ? 404 : 200);
    expect(response.headers.get('content-security-policy') === null).toBe(!production);
    const text = await response.text();
    expect(text.includes('GraphiQL')).toBe(!production);
    expect(text).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
  });

  test('a browser at /graphql gets Apollo Sandbox, or nothing', async () => {
    const response = await fetch(server.url, asBrowser);
    const text = await response.text();
    expect({ ok: response.ok, sandbox: text.includes('sandbox') }).toEqual({
      ok: !production,
      sandbox: !production,
    });
  });

  test('Apollo Studio may call the API, or may not', async () => {
    const { headers } = await fetch(server.url, preflight(studio));
    expect(headers.get('access-control-allow-origin')).toBe(production ? null : studio);
    const introspection = await fetch(server.url, {
      method: 'POST',
      headers: { origin: studio, 'content-type': 'application/json', accept: '*/*' },
      body: JSON.stringify({
        operationName: 'IntrospectionQuery',
        query: getIntrospectionQuery(),
        variables: {},
      }),
    });
    expect(introspection.headers.get('access-control-allow-origin')).toBe(production ? null : studio);
    const told = ['vary', 'access-control-expose-headers'].map((name) => introspection.headers.get(name));
    expect(told).toEqual(
      production ? [null, null] : ['Origin, accept-encoding', 'x-request-id, retry-after'],
    );
    const { data } = (await introspection.json()) as { readonly data?: object };
    expect(data === undefined).toBe(production);
  });

  test('another origin may not', async () => {
    const { headers } = await fetch(server.url, preflight('https://elsewhere.example'));
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('the schema can be asked for, or not', async () => {
    const { data } = await server.graphql('{ __schema { queryType { name } } }');
    expect(data).toEqual(production ? undefined : { __schema: { queryType: { name: 'Query' } } });
  });

  test('a query may come by GET, a mutation may not', async () => {
    const get = (query: string) =>
      fetch(`${server.url}?query=${encodeURIComponent(query)}`, {
        headers: { 'apollo-require-preflight': 'true' },
      });
    expect(await (await get('{ __typename }')).json()).toEqual({ data: { __typename: 'Query' } });
    const mutation =
      'mutation { appendEvent(input: {characterId: "a", characterHitPoints: 1}) { __typename } }';
    expect((await get(mutation)).status).toBe(405);
  });

  test('a page of another site cannot send a simple request', async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('"Query"');
  });

  test('what cannot be served is refused in JSON, without a stack', async () => {
    const nonsense = [
      fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":',
      }),
      fetch(new URL('/nowhere', server.url)),
    ];
    for (const response of await Promise.all(nonsense)) {
      expect(response.status).toBeGreaterThanOrEqual(400);
      const text = await response.text();
      expect(() => JSON.parse(text)).not.toThrow();
      expect(text).not.toMatch(/\bat \S+:\d+/);
    }
  });
});

test.skipIf(!hasDynamoDb)('a server whose engine is gone is live and not ready', async () => {
  const engine = await openDynamoDb();
  const server = await startServerHere(engine.environment);
  const statusOf = async (path: string) => (await fetch(new URL(path, server.url))).status;
  expect([await statusOf('/livez'), await statusOf('/readyz')]).toEqual([200, 200]);
  await engine.close();
  await expect.poll(() => statusOf('/readyz')).toBe(503);
  expect(await statusOf('/livez')).toBe(200);
  await server.stop();
});
