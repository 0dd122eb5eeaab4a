import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { rssAnonMegabytes } from '../engines/memory.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { appendEvent, appendEvents, character } from '../graphql/documents.ts';
import { sized } from '../size.ts';

const many = (count: number, text: (nth: number) => string) =>
  Array.from({ length: count }, (_, nth) => text(nth)).join(' ');
const deep = (depth: number) =>
  `{ characters { nodes { ${'events { nodes { '.repeat(1)}${'state { '.repeat(depth)} name ${'} '.repeat(depth)} } } } } }`;
const cyclic = `{ ...A } ${many(50, (nth) => `fragment F${nth} on Query { ...F${(nth + 1) % 50} }`)} fragment A on Query { ...F0 }`;
const doubling = `{ ...F0 } ${many(30, (nth) => `fragment F${nth} on Query { ...F${nth + 1} ...F${nth + 1} }`)} fragment F30 on Query { __typename }`;
const conflicting = `{ ${many(90, () => 'character(id: "x") { ... on Character { id } }')} }`;

/** Queries that would cost much, or nothing but nerves. */
const hostileQueries: readonly (readonly [name: string, query: string])[] = [
  ['deep', deep(20)],
  ['wide', `{ ${many(990, () => '__typename')} }`],
  ['aliased', `{ ${many(101, (nth) => `a${nth}: __typename`)} }`],
  [
    'aliased further down',
    `{ character(id: "x") { ... on Character { ${many(101, (nth) => `a${nth}: id`)} } } }`,
  ],
  [
    'wide through fragments',
    `{ ...A ...B } ${['A', 'B'].map((name) => `fragment ${name} on Query { ${many(60, () => '__typename')} }`).join(' ')}`,
  ],
  ['huge', `{ __typename } #${'x'.repeat(20_000)}`],
  ['of tokens alone', `{ ${'a '.repeat(9_000)} }`],
  ['of comments alone', `${'#\n'.repeat(200)}{ __typename }`],
  ['nested brackets', `{ character(id: ${'['.repeat(19_000)}`],
  ['nested selections', '{a'.repeat(9_000)],
  ['circular fragments', cyclic],
  [
    'introspection without end',
    `{ __schema { types { ${'fields { type { '.repeat(15)} name ${'} } '.repeat(15)} } } }`,
  ],
  ['directives by the hundred', `{ __typename ${'@skip(if: false) '.repeat(1_000)} }`],
  ['broken', '{ character(id: "'],
  ['empty', ''],
];

describe('requests that mean no good', () => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    engine = await embedded.open();
    server = await startServer(engine.environment);
    for (let warm = 0; warm < 20; warm += 1) await server.graphql(character, { id: 'nobody' });
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    await engine.close();
  });

  const post = (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ): Promise<Response> =>
    fetch(server.url, { method: 'POST', headers, body }).catch((error) => {
      // A body that is refused by its length is not read to the end. `fetch` may then fail in its own write
      // before it reads the answer, which is there all the same: ask for it again.
      if (error.cause?.code !== 'EPIPE' && error.cause?.code !== 'ECONNRESET') throw error;
      return post(body, headers);
    });

  test.each(hostileQueries)(
    '%s queries are refused, at less than 50 ms of processor time',
    async (name, query) => {
      const before = await processorMs(server);
      for (let nth = 0; nth < 20; nth += 1) {
        const { status, data, errors } = await server.graphql(query.replace('{', `{ # ${nth}\n`));
        expect({ status, data, errors: errors?.length }).toMatchObject({
          status: 400,
          errors: expect.any(Number),
        });
      }
      const mean = ((await processorMs(server)) - before) / 20;
      process.stdout.write(`${name}: ${mean} ms\n`);
    },
  );

  test.each(hostileQueries.filter(([, query]) => query !== ''))(
    '%s queries are refused over the WebSocket too',
    async (_, query) => {
      const client = webSocketClient(server);
      const refused = subscribe(client, query.startsWith('{') ? `subscription ${query}` : query);
      while (!refused.isOver()) await sleep(5);
      expect(refused.received).toEqual([]);
      expect(refused.errors.length).toBeGreaterThan(0);
      await client.dispose();
    },
  );

  test('fragments that double 30 times cost nothing', async () => {
    const before = await processorMs(server);
    const { data } = await server.graphql(doubling);
    expect(data).toEqual({ __typename: 'Query' });
    expect((await processorMs(server)) - before).toBeLessThan(500);
  });

  const group = (input: string) =>
    JSON.stringify({ query: appendEvents }).replace(/}$/, `,"variables":{"input":${input}}}`);
  const members = JSON.stringify(
    Object.fromEntries(Array.from({ length: 200_000 }, (_, nth) => [`k${nth}`, 1])),
  );
  test.each([
    ['a million nested lists', group(`${'['.repeat(1_400_000)}${']'.repeat(1_400_000)}`), 413],
    ['a million empty events', group(`{"events":[${'{},'.repeat(900_000)}{}]}`), 413],
    ['an event of 200,000 members', group(`{"events":[${members}]}`), 413],
    [
      'an event of 2,500 members',
      group(`{"events":[${members.slice(0, 25_000).replace(/,[^,]*$/, '}')}]}`),
      400,
    ],
    ['a text of 3 MB in place of a group', group(JSON.stringify(' Did you mean '.repeat(200_000))), 400],
  ])('%s is refused in a short answer, at less than 200 ms of processor time', async (_, body, status) => {
    const before = await processorMs(server);
    const answer = await post(body);
    expect([answer.status, (await answer.text()).length < 20_000]).toEqual([status, true]);
    expect((await processorMs(server)) - before).toBeLessThan(200);
  });

  test('a group of 100 events with the longest notes is stored, whatever is in them', async () => {
    const note = '"\\,[{'.repeat(400);
    const events = Array.from({ length: 100 }, (_, nth) => ({
      characterId: `quoting-${nth}`,
      characterName: '"\\,[{',
      characterHitPoints: 1,
      note,
      idempotencyKey: `${nth}`,
    }));
    const { data } = await server.graphql(appendEvents, { input: { events } });
    expect(data).toMatchObject({ appendEvents: { __typename: 'AppendEventsSuccess' } });
  });

  test('90 equal fields are one', async () => {
    const { data } = await server.graphql(conflicting);
    expect(data).toEqual({ character: {} });
  });

  test.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>]>([
    [
      'a batch',
      '[{"query":"{ __typename }"},{"query":"{ __typename }"}]',
      { 'content-type': 'application/json' },
    ],
    [
      '5 MB',
      JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(5_000_000) } }),
      { 'content-type': 'application/json' },
    ],
    [
      'broken UTF-8',
      new Uint8Array([
        ...Buffer.from('{"query":"{ __typename }","operationName":"'),
        0xff,
        0xfe,
        ...Buffer.from('"}'),
      ]),
      { 'content-type': 'application/json' },
    ],
    ['a form', 'query={ __typename }', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', '{"query":"{ __typename }"}', { 'content-type': 'text/plain' }],
    ['XML', '<query/>', { 'content-type': 'application/xml' }],
    ['no JSON', '{"query":', { 'content-type': 'application/json' }],
    ['a number', '7', { 'content-type': 'application/json' }],
    [
      'nested JSON',
      `{"query":"{ __typename }","variables":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      { 'content-type': 'application/json' },
    ],
    ['a prototype', '{"query":"{ __typename }","__proto__":{"x":1}}', { 'content-type': 'application/json' }],
  ])('%s is refused by a JSON error', async (_, body, headers) => {
    const response = await post(body, headers);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    const text = await response.text();
    expect(() => JSON.parse(text)).not.toThrow();
    expect(text).not.toMatch(/\bat \S+:\d+/);
  });

  test('lone surrogates are wrong input, and nothing is stored', async () => {
    for (const [characterId, note] of [
      ['\ud800', ''],
      ['x', 'a\udc00'],
    ]) {
      const input = { characterId, characterName: 'X', characterHitPoints: 1, note };
      const { data } = await server.graphql(appendEvent, { input });
      expect(data).toMatchObject({ appendEvent: { __typename: 'InvalidInputError' } });
    }
    expect(await engine.table.query('x', { limit: 1 })).toEqual([]);
  });

  test('the full introspection query passes, and so does a group of 100 events with full notes', async () => {
    const { data, errors } = await server.graphql(
      getIntrospectionQuery({
        descriptions: true,
        inputValueDeprecation: true,
        specifiedByUrl: true,
        schemaDescription: true,
        oneOf: true,
      }),
    );
    expect({ hasSchema: data?.['__schema'] !== undefined, errors }).toEqual({
      hasSchema: true,
      errors: undefined,
    });
    const event = {
      characterId: 'bard',
      characterName: 'Bard',
      characterHitPoints: 1,
      note: '🐉'.repeat(2_000),
    };
    const group = await server.graphql(appendEvents, {
      input: { events: Array.from({ length: 100 }, () => event) },
    });
    expect(group.data).toMatchObject({ appendEvents: { __typename: 'AppendEventsSuccess' } });
  });

  test.each(['root fields', 'aliases'])(
    'too many %s are one error, though validation ends with them',
    async (what) => {
      const { errors } = await server.graphql(
        `{ ${many(101, (nth) => (what === 'aliases' ? `character(id: "x") { ... on Character { a${nth}: id } }` : '__typename'))} }`,
      );
      const messages = errors?.map(({ message }) => message);
      expect(messages).toEqual([
        expect.stringMatching(/^Expected at most 100 (root fields|aliases), got more\.$/),
      ]);
    },
  );

  test('an operation that could return too much is refused, with what it asked for and the limit', async () => {
    const nested =
      'characters(first: 100) { nodes { events(first: 500) { nodes { state { hitPoints } } } } }';
    const { status, data, errors } = await server.graphql(`{ ${many(30, (nth) => `a${nth}: ${nested}`)} }`);
    expect([status, data]).toEqual([400, undefined]);
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^Expected an operation with at most 60000 fields in its answer, got/),
        extensions: { code: 'OPERATION_TOO_LARGE', asked: 3_006_060, limit: 60_000 },
      },
    ]);
  });

  test('an answer that grows too large ends as one error, and its nearest neighbour passes', async () => {
    const events = Array.from({ length: 25 }, () => ({
      characterId: 'talker',
      characterName: 'Talker',
      characterHitPoints: 1,
      note: '竜'.repeat(2_000),
    }));
    for (let nth = 0; nth < 2; nth += 1) await server.graphql(appendEvents, { input: { events } });
    const notes = (aliases: number, first: number) =>
      server.graphql(
        `{ characterEvents(id: "talker", first: ${first}) { ... on EventConnection { nodes { ${many(aliases, (nth) => `n${nth}: note`)} } } } }`,
      );
    expect(await notes(60, 50)).toMatchObject({
      status: 400,
      data: undefined,
      errors: [{ extensions: { code: 'ANSWER_TOO_LARGE', limit: 10_000_000 } }],
    });
    const passed = await notes(60, 27);
    expect([passed.status, passed.errors]).toEqual([200, undefined]);
    expect(JSON.stringify(passed.data).length).toBeGreaterThan(3_000_000);
  });

  test('100 aliases pass', async () => {
    const { errors } = await server.graphql(`{ ${many(100, (nth) => `a${nth}: __typename`)} }`);
    expect(errors).toBeUndefined();
  });

  test('a body that never ends is answered with 408 after 10 s', { timeout: 30_000 }, async () => {
    const began = performance.now();
    const socket = openBody(1_000);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
    expect(performance.now() - began).toBeGreaterThan(9_000);
    // Not only when another 10 s are over.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('500 disconnects in mid-body leave the process alive, and its memory flat', {
    timeout: 180_000,
  }, async () => {
    const leave = async () => {
      const socket = openBody(500_000);
      await once(socket, 'connect');
      socket.write('x'.repeat(10_000));
      await sleep(5);
      socket.destroy();
    };
    for (let nth = 0; nth < 100; nth += 1) await leave();
    const before = await rssAnonMegabytes(server.process);
    for (let nth = 0; nth < 500; nth += 1) await leave();
    const after = await rssAnonMegabytes(server.process);
    process.stdout.write(`RssAnon ${before} MB before 500 disconnects, ${after} MB after\n`);
    expect(after - before).toBeLessThan(30);
    expect((await server.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  const hostile = sized(200, 1_000);
  test(`a normal query is answered while ${hostile} hostile ones run, 16 at a time`, {
    timeout: 60_000,
  }, async () => {
    const queries = Array.from(
      { length: hostile },
      (_, nth) => `${hostileQueries[nth % hostileQueries.length]?.[1]} # ${nth}`,
    );
    const load = hostileLoad(server.url, queries);
    const times: number[] = [];
    while (!load.isOver()) {
      const began = performance.now();
      const { data } = await server.graphql(character, { id: 'bard' });
      times.push(performance.now() - began);
      expect(data).toMatchObject({ character: { version: 99 } });
      await sleep(2);
    }
    expect(await load.statuses).toEqual({ 400: hostile });
    const p99 = times.toSorted((one, other) => one - other)[Math.floor(times.length * 0.99)] ?? Number.NaN;
    process.stdout.write(`p99 of ${times.length} normal queries: ${Math.round(p99)} ms\n`);
  });

  function openBody(length: number): Socket {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n{"query":`,
    );
    return socket;
  }
});

test('without introspection nothing in an error names what the schema has', async () => {
  const engine = await embedded.open();
  const server = await startServer({ ...engine.environment, INTROSPECTION: 'off' });
  const wrong = [
    ['{ charakter(id: "x") { __typename } }', {}],
    ['{ __schema { types { name } } }', {}],
    [
      'mutation ($input: AppendEventInput!) { appendEvent(input: $input) { __typename } }',
      { input: { characterIdd: 'x' } },
    ],
  ] as const;
  for (const [query, variables] of wrong) {
    const { status, errors } = await server.graphql(query, variables);
    expect(status).toBe(400);
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean/);
  }
  const client = webSocketClient(server);
  const refused = subscribe(client, 'subscription { eventAppendd(characterId: "x") { version } }');
  while (!refused.isOver()) await sleep(5);
  expect(refused.errors[0]?.message).toMatch(/^Cannot query field "eventAppendd"/);
  expect(refused.errors[0]?.message).not.toMatch(/Did you mean/);
  await client.dispose();
  await server.stop('SIGTERM');
  await engine.close();
});

/** Sends queries from a process of its own, 16 at a time, so that only the server's time is measured. */
function hostileLoad(url: string, queries: readonly string[]) {
  const program = fileURLToPath(new URL('../engines/hostile-load.mjs', import.meta.url));
  const child = spawn(process.execPath, [program, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(queries));
  const statuses = json(child.stdout);
  return { statuses, isOver: () => child.exitCode !== null };
}

/** Processor time that a process has used so far; Linux counts in hundredths of a second. */
async function processorMs(server: ServerProcess): Promise<number> {
  const stat = await readFile(`/proc/${server.process.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
