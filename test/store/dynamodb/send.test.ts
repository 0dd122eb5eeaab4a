import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DatabaseCall } from '../../../src/store/telemetry.ts';
import {
  answer,
  type Client,
  configOf,
  done,
  type Edge,
  type EdgeAnswer,
  input,
  oneByOne,
  ourCalls,
  ourClient,
  plainClient,
  startEdge,
} from './aws-edge.ts';

const running: Edge[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const edge of running.splice(0)) await edge.stop();
});

async function edgeWith(...answers: readonly EdgeAnswer[]): Promise<Edge> {
  const edge = await startEdge(oneByOne(...answers));
  running.push(edge);
  return edge;
}

const throttling = answer(400, 'ThrottlingException');
const noPauses = () => vi.spyOn(Math, 'random').mockReturnValue(0);

describe('a call is tried again as the SDK does it:', () => {
  /** A call of our client, and one of a client as the SDK comes, each to an edge that answers so. */
  async function bothEndings(answers: readonly EdgeAnswer[], config: DynamoDBClientConfig = {}) {
    const endingOf = async (clientOf: (config: DynamoDBClientConfig) => Client | Promise<Client>) => {
      const edge = await edgeWith(...answers);
      const client = await clientOf({ ...configOf(edge), ...config });
      return { ...(await client.call()), arrived: edge.arrivals.length };
    };
    const [ours, plain] = await Promise.all([endingOf(ourClient), endingOf(plainClient)]);
    expect(ours).toEqual(plain);
    return ours;
  }

  test.each<[string, readonly EdgeAnswer[], number]>([
    ['answered at once', [done], 1],
    ['throttled once', [throttling, done], 2],
    ['beyond the throughput for ever', [answer(400, 'ProvisionedThroughputExceededException')], 4],
    ['an error of the server, then a reset', [answer(500, 'InternalServerError'), 'reset', done], 3],
    ['unavailable for ever', [answer(503)], 4],
    ['reset for ever', ['reset'], 4],
    ['too many requests', [answer(429, 'BrandNewException'), done], 2],
    ['a request that timed out', [answer(408, 'RequestTimeoutException'), done], 2],
    ['a 408 of an unknown name', [answer(408, 'BrandNewException')], 1],
    ['refused by the condition', [answer(400, 'ConditionalCheckFailedException')], 1],
    ['refused as wrong', [answer(400, 'ValidationException')], 1],
    ['refused by an unknown name', [answer(400, 'BrandNewException')], 1],
    ['refused by what is no JSON', [{ ...answer(403), body: Buffer.from('<html>') }], 1],
    ['without access', [answer(400, 'AccessDeniedException')], 1],
    ['in conflict with a transaction', [answer(400, 'TransactionConflictException')], 1],
  ])('%s', async (_, answers, attempts) => {
    noPauses();
    expect(await bothEndings(answers)).toMatchObject({ attempts, arrived: attempts });
  });

  test.each([
    ['AWS_MAX_ATTEMPTS=2', { AWS_MAX_ATTEMPTS: '2' }, 2],
    ['AWS_MAX_ATTEMPTS=1', { AWS_MAX_ATTEMPTS: '1' }, 1],
    ['AWS_MAX_ATTEMPTS that is no number', { AWS_MAX_ATTEMPTS: 'many' }, 4],
    ['AWS_RETRY_MODE=standard', { AWS_RETRY_MODE: 'standard' }, 4],
    ['AWS_RETRY_MODE=legacy', { AWS_RETRY_MODE: 'legacy' }, 4],
    ['AWS_RETRY_MODE=adaptive', { AWS_RETRY_MODE: 'adaptive' }, 4],
    ['a shared config file', { AWS_CONFIG_FILE: new URL('shared-config', import.meta.url).pathname }, 3],
  ])('as often as %s says', async (_, environment, attempts) => {
    noPauses();
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(await bothEndings([answer(500)])).toMatchObject({ attempts });
  });

  test('in adaptive mode at most as fast as the throttling of earlier calls allows', async () => {
    noPauses();
    vi.stubEnv('AWS_RETRY_MODE', 'adaptive');
    const durationOf = async (clientOf: (config: DynamoDBClientConfig) => Client | Promise<Client>) => {
      const edge = await edgeWith(throttling, done);
      const client = await clientOf(configOf(edge));
      const startedAt = performance.now();
      for (let nth = 0; nth < 2; nth += 1) expect(await client.call()).toMatchObject({ name: 'answered' });
      return performance.now() - startedAt;
    };
    const [ours, plain] = await Promise.all([durationOf(ourClient), durationOf(plainClient)]);
    expect(plain).toBeGreaterThan(500);
    expect(ours / plain).toBeGreaterThan(0.5);
  });

  test('until the budget of retries is used up, to which each success adds', async () => {
    noPauses();
    const attemptsOf = async (clientOf: (config: DynamoDBClientConfig) => Client | Promise<Client>) => {
      let isDown = true;
      const edge = await startEdge(() => (isDown ? answer(500) : done));
      running.push(edge);
      const client = await clientOf(configOf(edge));
      const all: (number | undefined)[] = [];
      const call = async (times: number) => {
        for (let nth = 0; nth < times; nth += 1) all.push((await client.call()).attempts);
      };
      await call(20);
      isDown = false;
      await call(10);
      isDown = true;
      await call(1);
      return all;
    };
    const [ours, plain] = await Promise.all([attemptsOf(ourClient), attemptsOf(plainClient)]);
    expect(ours).toEqual(plain);
    expect([ours[0], ours[19], ours.at(-1)]).toEqual([4, 1, 2]);
  });
});

describe('the requests of a call', () => {
  const headersOf = ({ arrivals }: Edge, name: string) => arrivals.map(({ headers }) => headers[name]);

  test('carry one invocation id and the number of the attempt, as those of the SDK', async () => {
    noPauses();
    for (const clientOf of [ourClient, plainClient]) {
      const edge = await edgeWith(answer(500), answer(503), done);
      const client = await clientOf(configOf(edge));
      await client.call();
      await client.call();
      const [first, second, third, other] = headersOf(edge, 'amz-sdk-invocation-id');
      expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect([second, third]).toEqual([first, first]);
      expect(other).not.toBe(first);
      expect(headersOf(edge, 'amz-sdk-request')).toEqual([
        'attempt=1; max=4',
        'attempt=2; max=4',
        'attempt=3; max=4',
        'attempt=1; max=4',
      ]);
    }
  });

  test("are the SDK's, the user agent among them", async () => {
    const [ours, plain] = [await edgeWith(done), await edgeWith(done)];
    await (await ourClient(configOf(ours))).call();
    await plainClient(configOf(plain)).call();
    const [headers = {}, expected = {}] = [ours, plain].map(({ arrivals }) => arrivals[0]?.headers);
    expect(Object.keys(headers).toSorted()).toEqual(Object.keys(expected).toSorted());
    // Only the letter of the retry mode is not among the features.
    expect(headers['user-agent']).toBe(expected['user-agent']?.replace(',E,', ','));
    expect(ours.arrivals[0]?.body).toEqual(plain.arrivals[0]?.body);
  });

  test('under way at once are apart: each carries its own id, and ends by its own signal', async () => {
    const edge = await startEdge(({ body }) => (body.includes('silent') ? 'never' : done));
    running.push(edge);
    const { putItem } = await ourCalls(configOf(edge));
    const put = (id: string, signal: AbortSignal) => putItem({ ...input, Item: { Id: { S: id } } }, signal);
    await put('first', new AbortController().signal);
    const end = new AbortController();
    const silent = put('silent', end.signal);
    const others = await Promise.all(
      Array.from({ length: 50 }, () => put('loud', new AbortController().signal)),
    );
    expect(others.map(({ type }) => type)).toEqual(Array.from({ length: 50 }, () => 'answered'));
    expect(new Set(headersOf(edge, 'amz-sdk-invocation-id')).size).toBe(52);
    expect(edge.cut()).toBe(0);
    end.abort();
    expect(await silent).toMatchObject({ type: 'failed' });
    await expect.poll(edge.cut).toBe(1);
  });
});

describe('when its signal aborts, a call', () => {
  async function callTo(edge: Edge, signal: AbortSignal) {
    const counted: DatabaseCall[] = [];
    const { putItem } = await ourCalls(configOf(edge), (call) => counted.push(call));
    const late = once(signal, 'abort').then(() => sleep(900, 'late'));
    return { outcome: await Promise.race([putItem(input, signal), late]), counted };
  }
  let time: AbortController;
  const timeIsOver = () => time.abort(new DOMException('', 'TimeoutError'));
  beforeEach(() => {
    time = new AbortController();
  });

  test('is not sent at all if that was before', async () => {
    const edge = await edgeWith(done);
    const reason = new Error('gone');
    const { outcome, counted } = await callTo(edge, AbortSignal.abort(reason));
    expect(outcome).toEqual({ type: 'failed', error: reason, effect: 'none' });
    expect([counted, edge.arrivals]).toEqual([[], []]);
  });

  test('under way is cut, and may have been carried out', async () => {
    const edge = await startEdge(() => {
      timeIsOver();
      return 'never';
    });
    running.push(edge);
    const { outcome, counted } = await callTo(edge, time.signal);
    expect(outcome).toMatchObject({ type: 'failed', error: { name: 'TimeoutError' }, effect: 'unknown' });
    expect(counted).toMatchObject([{ operation: 'PutItem', result: 'STORE_TIMEOUT', attempts: 1 }]);
    await expect.poll(edge.cut).toBe(1);
  });

  test('that waits for its next attempt ends at once, with the error of the last one', async () => {
    vi.spyOn(Math, 'random').mockImplementation(() => {
      setImmediate(timeIsOver);
      return 0.999;
    });
    const edge = await edgeWith(throttling);
    const { outcome, counted } = await callTo(edge, time.signal);
    expect(outcome).toMatchObject({ error: { name: 'ThrottlingException' }, effect: 'none' });
    expect(counted).toMatchObject([{ result: 'THROTTLED', attempts: 1 }]);
    await sleep(1_000);
    expect(edge.arrivals).toHaveLength(1);
  });
});

describe('a call that failed', () => {
  const never = new AbortController().signal;

  test('wrote nothing only if each of its attempts says so', async () => {
    noPauses();
    const effectOf = async (...answers: readonly EdgeAnswer[]) => {
      const { putItem } = await ourCalls(configOf(await edgeWith(...answers)));
      const outcome = await putItem(input, never);
      return outcome.type === 'failed' && outcome.effect;
    };
    expect(await effectOf(throttling)).toBe('none');
    expect(await effectOf(answer(400, 'BrandNewException'))).toBe('none');
    expect(await effectOf(throttling, answer(500), throttling)).toBe('unknown');
    expect(await effectOf('reset', answer(400, 'ConditionalCheckFailedException'))).toBe('unknown');
  });

  test('before it was sent wrote nothing, whatever the error', async () => {
    const edge = await edgeWith(done);
    const credentials = () => Promise.reject(new Error('no such profile'));
    const { putItem } = await ourCalls({ ...configOf(edge), credentials });
    const outcome = await putItem(input, never);
    expect(outcome).toMatchObject({ type: 'failed', error: { message: 'no such profile' }, effect: 'none' });
    expect(edge.arrivals).toEqual([]);
  });
});
