import { afterEach, describe, expect, test, vi } from 'vitest';
import { embedded, hasDynamoDb, openDynamoDb } from './engines/engines.ts';
import { type FaultProxy, startFaultProxy } from './engines/fault-proxy.ts';
import { scrape } from './engines/scrape.ts';
import { type ServerHere, startServerHere } from './engines/server-here.ts';
import { subscribe, webSocketClient } from './engines/subscriber.ts';
import { appendEvent } from './graphql/documents.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startEmbedded(): Promise<ServerHere> {
  const engine = await embedded.open();
  cleanUps.push(engine.close);
  return started(engine.environment);
}

async function started(environment: Readonly<Record<string, string>>): Promise<ServerHere> {
  const server = await startServerHere(environment);
  cleanUps.push(() => server.stop());
  return server;
}

const append = (server: ServerHere, input: object) =>
  server.graphql(appendEvent, {
    input: { characterId: 'rogue', characterName: 'Rogue', characterHitPoints: 8, ...input },
  });

describe('the metrics', () => {
  test('count root fields by the type of their answer, and errors by their code', async () => {
    const server = await startEmbedded();
    await append(server, { version: 0 });
    await append(server, { version: 0, note: 'other' });
    await server.graphql(
      '{ a: character(id: "rogue") { __typename } b: character(id: "rogue") { __typename } }',
    );
    await server.graphql('{ characters(first: 0) { nodes { id } } }');
    await server.graphql('{');
    expect(await scrape(server)).toMatchObject({
      'graphql_root_fields_total{type="mutation",field="appendEvent",result="AppendEventSuccess"}': 1,
      'graphql_root_fields_total{type="mutation",field="appendEvent",result="EventAlreadyExistsError"}': 1,
      'graphql_root_fields_total{type="query",field="character",result="Character"}': 2,
      'graphql_root_fields_total{type="query",field="characters",result="BAD_USER_INPUT"}': 1,
      'graphql_errors_total{code="BAD_USER_INPUT"}': 1,
      'graphql_errors_total{code="GRAPHQL_PARSE_FAILED"}': 1,
      'graphql_operation_duration_seconds_count{type="mutation"}': 2,
      'graphql_operation_duration_seconds_count{type="query"}': 2,
      'event_table_call_duration_seconds_count{verb="insert",result="inserted"}': 1,
      process_cpu_seconds_total: expect.any(Number),
    });
  });

  test('have no label that a caller makes up', async () => {
    const server = await startEmbedded();
    await server.graphql('query Mine { mine: character(id: "mine") { __typename } mineToo }');
    await server.graphql('query Mine { mine: character(id: "mine") { mine: __typename } }');
    expect(Object.keys(await scrape(server)).filter((series) => /mine/i.test(series))).toEqual([]);
  });

  test('are told to whoever may call other addresses', async () => {
    const server = await startEmbedded();
    const answer = await fetch(new URL('/metrics', server.url));
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('tell of open subscriptions and connections, up and down', async () => {
    const server = await startEmbedded();
    const client = webSocketClient(server);
    const follow = 'subscription { eventAppended(characterId: "rogue", afterVersion: -1) { version } }';
    await append(server, { version: 0 });
    const [one, two] = [subscribe(client, follow), subscribe(client, follow)];
    await Promise.all([one.until(1), two.until(1)]);
    const open = async () => {
      const { graphql_subscriptions_open, websocket_connections_open } = await scrape(server);
      return [graphql_subscriptions_open, websocket_connections_open];
    };
    expect(await open()).toEqual([2, 1]);
    one.stop();
    await vi.waitFor(async () => expect(await open()).toEqual([1, 1]));
    await client.dispose();
    await vi.waitFor(async () => expect(await open()).toEqual([0, 0]));
    expect(await scrape(server)).toMatchObject({
      'graphql_root_fields_total{type="subscription",field="eventAppended",result="Event"}': 2,
    });
  });
});

describe.skipIf(!hasDynamoDb)('the metrics of DynamoDB', () => {
  async function startBehindProxy() {
    let proxy: FaultProxy | undefined;
    const engine = await openDynamoDb(async (endpoint) => {
      proxy = await startFaultProxy(endpoint);
      return proxy;
    });
    cleanUps.push(engine.close);
    if (proxy === undefined) throw new Error('Expected a proxy, got none.');
    return { server: await started(engine.environment), proxy };
  }

  test('count calls and what they consumed, by operation', async () => {
    const { server } = await startBehindProxy();
    await append(server, { version: 0 });
    await append(server, { version: 1 });
    await server.graphql('{ character(id: "nobody") { __typename } }');
    expect(await scrape(server)).toMatchObject({
      'dynamodb_calls_total{operation="PutItem",result="answered"}': 2,
      'dynamodb_retries_total{operation="PutItem"}': 0,
      // The first event is in the index too.
      'dynamodb_consumed_capacity_units_total{operation="PutItem"}': 3,
      'dynamodb_calls_total{operation="Query",result="answered"}': 2,
      'dynamodb_consumed_capacity_units_total{operation="Query"}': 2,
    });
  });

  test('count retries', async () => {
    const { server, proxy } = await startBehindProxy();
    proxy.inject({ Query: { throttled: 1 } });
    const { errors } = await server.graphql('{ character(id: "rogue") { __typename } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'THROTTLED' });
    expect(await scrape(server)).toMatchObject({
      'dynamodb_calls_total{operation="Query",result="THROTTLED"}': 1,
      'dynamodb_retries_total{operation="Query"}': 3,
      'graphql_root_fields_total{type="query",field="character",result="THROTTLED"}': 1,
      'event_table_call_duration_seconds_count{verb="query",result="THROTTLED"}': 1,
    });
  });

  test('count appends whose answer was lost, and that were found stored', async () => {
    const { server, proxy } = await startBehindProxy();
    expect(await scrape(server)).toMatchObject({
      'event_table_ambiguous_inserts_total{fate="stored"}': 0,
    });
    proxy.inject({ PutItem: { 'response dropped': 1 } });
    const { data } = await append(server, { version: 0 });
    expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess', duplicate: false } });
    expect(await scrape(server)).toMatchObject({
      'event_table_ambiguous_inserts_total{fate="stored"}': 1,
      'event_table_ambiguous_inserts_total{fate="unknown"}': 0,
      'dynamodb_retries_total{operation="PutItem"}': expect.any(Number),
    });
  });
});
