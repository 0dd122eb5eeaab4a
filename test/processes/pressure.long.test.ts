import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { logLines } from '../engines/log-lines.ts';
import { rssAnonMegabytes } from '../engines/memory.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvents } from '../graphql/documents.ts';
import { sized } from '../size.ts';

const heapMegabytes = 256;
/** What the issue allows a server under pressure beyond what it takes at its start. */
const mostMegabytes = 250;
const readingClient = fileURLToPath(new URL('../engines/reading-client.mjs', import.meta.url));

const aliases = (count: number, field: string) =>
  Array.from({ length: count }, (_, nth) => `a${nth}: ${field}`).join(' ');
const event = `id characterId version characterName characterHitPoints note recordedAt reverts actor
  state { characterId version name hitPoints highestHitPoints }`;
const events = (id: string, first: number, fields: string) =>
  `characterEvents(id: "${id}", first: ${first}) { ... on EventConnection { ${fields} } }`;
const nested = (characters: number, each: number) =>
  `characters(first: ${characters}) { nodes { events(first: ${each}) { edges { node { state { hitPoints } } } } } }`;
const longPage = `{ ${events('long', 1_000, 'nodes { note }')} }`;

/** The most expensive operations that are allowed: each kind up to the limit of fields, or of text. */
const mostExpensive = [
  `{ ${events('busy', 1_000, `edges { cursor node { ${event} } } nodes { ${event} }`)} }`,
  `{ ${events('busy', 1_000, `nodes { ${aliases(29, 'state { hitPoints }')} }`)} }`,
  `{ characters(first: 100) { nodes { id name events(first: 10) { nodes { ${event} } } } } }`,
  `{ ${aliases(5, nested(10, 200))} }`,
  longPage,
  `{ ${events('long', 20, `nodes { ${aliases(60, 'note')} }`)} }`,
];

describe(`a server with ${heapMegabytes} MB of heap`, { timeout: sized(120_000, 120_000, 900_000) }, () => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  let bareMegabytes: number;
  beforeAll(async () => {
    engine = await embedded.open();
    const NODE_OPTIONS = `--max-old-space-size=${heapMegabytes}`;
    // What takes long is answered here, however slow the machine is.
    const patient = { REQUEST_TIMEOUT_MS: '60000' };
    server = await startServer({ ...engine.environment, ...patient, NODE_OPTIONS, NODE_ENV: 'production' });
    bareMegabytes = await rssAnonMegabytes(server.process);
    const note = '\u{1F409}'.repeat(2_000);
    for (let group = 0; group < 10; group += 1) {
      await append(
        Array.from({ length: 100 }, (_, nth) => eventOf(`c${nth}`, 'Slashing damage from goblin')),
      );
      await append(Array.from({ length: 100 }, () => eventOf('busy', 'Slashing damage from goblin')));
      await append(Array.from({ length: 100 }, () => eventOf('long', note)));
    }
  });
  afterAll(async () => {
    expect(await server.stop('SIGTERM')).toBe(0);
    await engine.close();
  });

  const eventOf = (characterId: string, note: string) => ({
    characterId,
    characterName: characterId,
    characterHitPoints: 1,
    note,
  });
  const append = async (group: readonly object[]) => {
    const { data } = await server.graphql(appendEvents, { input: { events: group } });
    expect(data).toMatchObject({ appendEvents: { __typename: 'AppendEventsSuccess' } });
  };

  /** Sends an operation and reads its answer, of which it keeps the status, the size and the code of an error. */
  function ask(query: string, variables: object = {}, agent = new Agent()): Promise<string> {
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(server.url, { method: 'POST', agent, headers }, (response) => {
        let bytes = 0;
        let start = '';
        response.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (start.length < 500) start += piece.toString();
        });
        response.on('error', () => resolve('cut'));
        response.on('end', () => {
          const code = /"code":"(\w+)"/.exec(start)?.[1];
          resolve(code ?? `${response.statusCode}, ${(bytes / 1e6).toFixed(1)} MB`);
        });
      });
      sent.on('error', () => resolve('cut'));
      sent.end(JSON.stringify({ query, variables }));
    });
  }

  /** Does something to the server beside a client that reads, and tells what that had to wait for. */
  async function beside<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const reader = spawn(process.execPath, [readingClient, server.url, 'busy'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const told = json(reader.stdout);
    let peak = 0;
    const sample = setInterval(async () => {
      peak = Math.max(peak, await rssAnonMegabytes(server.process).catch(() => 0));
    }, 20);
    await sleep(200);
    const start = performance.now();
    const result = await work();
    const seconds = (performance.now() - start) / 1_000;
    clearInterval(sample);
    reader.stdin.end();
    const others = (await told) as { readonly failed: number; readonly max: number };
    process.stdout.write(
      `${name}: ${JSON.stringify(result)} in ${seconds.toFixed(1)} s; others ${JSON.stringify(others)} ms; ${peak} MB\n`,
    );
    expect(server.process.exitCode).toBe(null);
    expect(others.failed).toBe(0);
    expect(others.max).toBeLessThan(2_000);
    expect(peak).toBeLessThan(mostMegabytes + bareMegabytes);
    expect(faults()).toEqual([]);
    return result;
  }

  /** What the log tells of faults. */
  const faults = () =>
    server
      .log()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line));

  const times = async (count: number, work: () => Promise<string>) => [
    ...new Set(await Promise.all(Array.from({ length: count }, work))),
  ];

  test.each<[string, string, string, string]>([
    [
      '30 nested lists',
      `{ ${aliases(30, nested(100, 500))} }`,
      '5 small ones',
      `{ ${aliases(5, nested(10, 200))} }`,
    ],
    [
      '20 pages of 70 states',
      `{ ${aliases(20, events('busy', 1_000, '...p'))} }
       fragment p on EventConnection { nodes { ${aliases(70, 'state { hitPoints }')} } }`,
      'one of 29',
      `{ ${events('busy', 1_000, `nodes { ${aliases(29, 'state { hitPoints }')} }`)} }`,
    ],
    [
      'a page of 70 states beyond the limit of fields',
      `{ ${events('busy', 1_000, `nodes { ${aliases(70, 'state { hitPoints }')} }`)} }`,
      'a page of 1,000 events with every field',
      mostExpensive[0] ?? '',
    ],
  ])(
    'refuses %s unread, once and ten at a time, and answers its nearest neighbour',
    async (name, query, allowed, neighbour) => {
      const refused = ['OPERATION_TOO_LARGE'];
      expect(await beside(name, () => times(1, () => ask(query)))).toEqual(refused);
      expect(await beside(`ten of ${name}`, () => times(10, () => ask(query)))).toEqual(refused);
      for (const answer of await beside(allowed, () => times(1, () => ask(neighbour))))
        expect(answer).toMatch(/^200/);
    },
  );

  test('ends an answer of 480 MB of notes at 10 MB, and answers 8 MB of them', async () => {
    const query = `{ ${events('long', 900, `nodes { ${aliases(60, 'note')} }`)} }`;
    const refused = ['ANSWER_TOO_LARGE'];
    expect(await beside('60 notes of 900 events', () => times(1, () => ask(query)))).toEqual(refused);
    expect(await beside('ten of 60 notes', () => times(10, () => ask(query)))).toEqual(refused);
    const page = ['200, 8.0 MB'];
    expect(await beside('1,000 long notes', () => times(1, () => ask(longPage)))).toEqual(page);
    expect(await beside('ten of 1,000 long notes', () => times(10, () => ask(longPage)))).toEqual(page);
  });

  test('refuses one group sent 99 times by a mutation, and stores it once', async () => {
    const group = Array.from({ length: 100 }, () => eventOf('crowd', 'x'.repeat(2_000)));
    const variables = { input: { events: group } };
    const sentTimes = (count: number) =>
      ask(
        `mutation ($input: AppendEventsInput!) { ${aliases(count, 'appendEvents(input: $input) { __typename }')} }`,
        variables,
      );
    const refused = ['OPERATION_TOO_LARGE'];
    expect(await beside('a group 99 times', () => times(1, () => sentTimes(99)))).toEqual(refused);
    expect(await beside('ten of them', () => times(10, () => sentTimes(99)))).toEqual(refused);
    expect(await beside('a group', () => times(1, () => sentTimes(1)))).toEqual(['200, 0.0 MB']);
  });

  test('answers the most expensive operations that are allowed, 16 at a time, while others wait little', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const count = sized(60, 60, 1_000);
    let nth = 0;
    const next = () => ask(mostExpensive[nth++ % mostExpensive.length] ?? '', {}, agent);
    const answers = await beside(`${count} of the most expensive operations`, () => times(count, next));
    expect(answers.filter((answer) => !answer.startsWith('200'))).toEqual([]);
    agent.destroy();
  });

  function asking(query: string, localAddress: string): Socket {
    const { hostname, port } = new URL(server.url);
    const body = JSON.stringify({ query });
    const socket = connect({ host: hostname, port: Number(port), localAddress }).pause();
    socket.on('error', () => {});
    const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    socket.write(`${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
    return socket;
  }

  /** Reads 100 KB in each turn of 25 ms, which is 4 MB a second, and counts. */
  async function readSlowly(socket: Socket): Promise<number> {
    let bytes = 0;
    for (; !socket.readableEnded && !socket.destroyed; await sleep(25)) {
      const piece: Buffer | null = socket.read(100_000) ?? socket.read();
      bytes += piece?.length ?? 0;
    }
    return bytes;
  }

  test('cuts off who leaves 60 answers of 8 MB unread, and nobody who reads slowly', async () => {
    const [slow] = await beside('60 unread answers of 8 MB', async () => {
      const unread = Array.from({ length: 60 }, () => asking(longPage, '127.0.0.2'));
      const slowly = readSlowly(asking(longPage, '127.0.0.3'));
      const results = await Promise.all([slowly, sleep(sized(10_000, 10_000))]);
      for (const socket of unread) socket.destroy();
      return results;
    });
    expect(slow).toBeGreaterThan(8_000_000);
    const cut = logLines(server).filter(({ caller }) => caller === '127.0.0.2');
    expect(cut.length).toBeGreaterThan(0);
  });

  test('keeps 1,000 of the connections of one address, and answers probes all the while', async () => {
    const { hostname, port } = new URL(server.url);
    const { held, probes } = await beside('10,050 connections', async () => {
      const sockets: Socket[] = [];
      const statuses = new Set<number>();
      for (let nth = 0; nth < 10_050; nth += 1) {
        const socket = connect({ host: hostname, port: Number(port), localAddress: '127.0.0.2' });
        socket.on('error', () => {});
        sockets.push(socket);
        if (nth % 50 === 0) statuses.add((await fetch(new URL('/livez', server.url))).status);
      }
      const openOnes = () => sockets.filter(({ closed }) => !closed).length;
      await expect.poll(openOnes).toBeLessThanOrEqual(1_000);
      await sleep(500);
      const open = openOnes();
      for (const socket of sockets) socket.destroy();
      return { held: open, probes: [...statuses] };
    });
    expect({ held, probes }).toEqual({ held: 1_000, probes: [200] });
  });
});
