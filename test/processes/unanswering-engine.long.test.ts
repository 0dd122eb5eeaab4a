import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../engines/fault-proxy.ts';
import { type GraphqlAnswer, type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent, appendEvents, character, characterAt, characterEvents } from '../graphql/documents.ts';

const deadlineMs = 1_500;
const readBackMs = 2_000;

describe.skipIf(!hasDynamoDb)('a server whose engine', () => {
  let proxy: FaultProxy;
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeEach(async () => {
    engine = await openDynamoDb(async (endpoint) => {
      proxy = await startFaultProxy(endpoint);
      return proxy;
    });
    server = await startServer({ ...engine.environment, REQUEST_TIMEOUT_MS: String(deadlineMs) });
    for (const characterId of ['bard', 'monk']) await append({ characterId });
  });
  afterEach(async () => {
    await server.stop('SIGKILL');
    await engine.close();
  });

  const event = (input: object) => ({ characterName: 'C', characterHitPoints: 1, ...input });
  const append = (input: object) => server.graphql(appendEvent, { input: event(input) });
  const always = (fault: Fault) => proxy.inject({ '*': { [fault]: 1 } });
  const readiness = async () => (await fetch(new URL('/readyz', server.url))).status;

  async function timed<Answer>(work: () => Promise<Answer>) {
    const startedAt = performance.now();
    const answer = await work();
    return { answer, tookMs: performance.now() - startedAt };
  }

  const everything: Readonly<Record<string, () => Promise<GraphqlAnswer>>> = {
    'a warm append': () => append({ characterId: 'bard', idempotencyKey: 'warm' }),
    'a warm append with a version': () => append({ characterId: 'monk', version: 1 }),
    'a cold append': () => append({ characterId: 'stranger' }),
    'a group': () =>
      server.graphql(appendEvents, {
        input: { events: [event({ characterId: 'bard' }), event({ characterId: 'monk' })] },
      }),
    'a character': () => server.graphql(character, { id: 'bard' }),
    'a past character': () => server.graphql(characterAt, { id: 'bard', version: 0 }),
    'a history': () => server.graphql(characterEvents, { id: 'bard' }),
  };

  /** The codes of everything's errors. Only who reads back what became of a write may take longer for that. */
  async function codes(): Promise<Readonly<Record<string, unknown>>> {
    const entries = Object.entries(everything).map(async ([name, send]): Promise<[string, unknown]> => {
      const { answer, tookMs } = await timed(send);
      const code = answer.errors?.[0]?.extensions['code'];
      const most = code === 'OUTCOME_UNKNOWN' ? deadlineMs + readBackMs : deadlineMs;
      // Whoever hangs for another time-out is late by more than a slow machine is.
      expect({ name, isInTime: tookMs < most + 1_400 }).toEqual({ name, isInTime: true });
      return [name, code];
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  async function worksAgain(): Promise<void> {
    proxy.inject({});
    await expect.poll(readiness).toBe(200);
    for (const send of Object.values(everything)) expect((await send()).errors).toBeUndefined();
  }

  test('never answers ends every request within 2 s of its deadline, and is back without a restart', {
    timeout: 180_000,
  }, async () => {
    always('never answered');
    expect(await codes()).toEqual({
      'a warm append': 'OUTCOME_UNKNOWN',
      'a warm append with a version': 'OUTCOME_UNKNOWN',
      'a cold append': 'STORE_TIMEOUT',
      'a group': expect.stringMatching(/OUTCOME_UNKNOWN|STORE_TIMEOUT/),
      'a character': 'STORE_TIMEOUT',
      'a past character': 'STORE_TIMEOUT',
      'a history': 'STORE_TIMEOUT',
    });
    const { answer, tookMs } = await timed(readiness);
    expect(answer).toBe(503);
    expect(tookMs).toBeLessThan(2_000);
    await worksAgain();
  });

  test('throttles for ever says so, with nothing stored', {
    timeout: 180_000,
  }, async () => {
    always('throttled');
    // A group waits for appends whose time ends milliseconds before its own, and hardly ever gets to send.
    const untold = new Set(Object.keys(everything).filter((name) => name !== 'a group'));
    while (untold.size > 0) {
      for (const [name, code] of Object.entries(await codes())) {
        // An attempt may be under way just as the time ends, and is not known to be throttled then.
        const isWrite = name.includes('append') || name === 'a group';
        expect(`${name}: ${code}`).toMatch(
          isWrite ? /: (THROTTLED|OUTCOME_UNKNOWN|STORE_TIMEOUT)$/ : /: (THROTTLED|STORE_TIMEOUT)$/,
        );
        if (code === 'THROTTLED') untold.delete(name);
      }
    }
    await expect.poll(readiness).toBe(503);
    proxy.inject({});
    expect(await engine.table.query('bard', { limit: 10 })).toHaveLength(1);
    await worksAgain();
  });

  test('only ever fails after it has written is believed by what it stored', async () => {
    proxy.inject({ PutItem: { 'error 500 after': 1 }, TransactWriteItems: { garbled: 1 } });
    const { data } = await append({ characterId: 'bard', idempotencyKey: 'once' });
    expect(data).toMatchObject({
      appendEvent: { __typename: 'AppendEventSuccess', duplicate: false, event: { version: 1 } },
    });
    expect((await everything['a group']?.())?.data).toMatchObject({
      appendEvents: { __typename: 'AppendEventsSuccess', duplicate: false },
    });
    proxy.inject({});
    expect(await engine.table.query('bard', { limit: 10 })).toHaveLength(3);
  });

  test('writes after the time is over is not said to have stored nothing', async () => {
    proxy.inject({ PutItem: { 'held until released': 1 } });
    const { errors } = await append({ characterId: 'bard', idempotencyKey: 'late' });
    expect(errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN', retryable: true } }]);
    expect(await engine.table.query('bard', { limit: 10 })).toHaveLength(1);
    proxy.inject({});
    proxy.release();
    await expect.poll(() => engine.table.query('bard', { limit: 10 })).toHaveLength(2);
    const { data } = await append({ characterId: 'bard', idempotencyKey: 'late' });
    expect(data).toMatchObject({ appendEvent: { duplicate: true, event: { version: 1 } } });
  });

  test('leaves the outcome unknown tells nobody to send again what has no key', async () => {
    always('never answered');
    const unknown = async (input: object) => (await append(input)).errors?.[0]?.extensions;
    const code = 'OUTCOME_UNKNOWN';
    expect(await unknown({ characterId: 'bard' })).toMatchObject({ code, retryable: false });
    expect(await unknown({ characterId: 'monk', idempotencyKey: 'k' })).toMatchObject({
      code,
      retryable: true,
    });
    const events = [{ characterId: 'bard', idempotencyKey: 'a' }, { characterId: 'monk' }].map(event);
    const { errors } = await server.graphql(appendEvents, { input: { events } });
    expect(errors?.[0]?.extensions).toMatchObject({ retryable: errors?.[0]?.extensions['code'] !== code });
  });

  test('stalls in the middle of an answer is asked again', async () => {
    proxy.inject({ Query: { stalled: 1 } });
    const items = engine.table.query('bard', { limit: 10 });
    await expect.poll(() => proxy.met()['stalled']).toBe(1);
    proxy.inject({});
    // Who waits on is over at the deadline of a call, with an error.
    expect(await items).toHaveLength(1);
  });

  test('fails tells the caller a code and the request, and its log the cause', async () => {
    always('error 500 before');
    const answer = await append({ characterId: 'stranger' });
    expect(answer.errors).toMatchObject([
      {
        message: 'The store is not available.',
        extensions: {
          code: 'STORE_UNAVAILABLE',
          retryable: true,
          requestId: answer.headers.get('x-request-id'),
        },
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain('injected');
    const requestId = answer.headers.get('x-request-id') ?? '-';
    await expect.poll(server.log).toContain(requestId);
    const logged = server
      .log()
      .split('\n')
      .find((line) => line.includes(requestId));
    expect(logged).toContain('injected');
  });
});
