import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';

let engine: EngineUnderTest;
let server: ServerHere;
beforeAll(async () => {
  engine = await embedded.open();
  server = await startServerHere(engine.environment);
});
afterAll(async () => {
  await server.stop();
  await engine.close();
});

// A browser cannot send this header to another origin without asking first, so Apollo Server takes GET with it.
const askingFirst: typeof fetch = (input, init) =>
  fetch(input, { ...init, headers: { ...init?.headers, 'apollo-require-preflight': 'true' } });

const audits = serverAudits({ url: () => server.url, fetchFn: askingFirst });

describe('the GraphQL-over-HTTP audit', () => {
  test('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  test.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id $name', async ({ fn }) => {
    expect(await fn()).toMatchObject({ status: 'ok' });
  });
});

test('a GET that a browser could send from any page is refused', async () => {
  const response = await fetch(`${server.url}?query={__typename}`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('Cross-Site Request Forgery');
});
