import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createDynamoDbEventTable } from '../../../src/store/dynamodb/event-table.ts';
import { StoreFault } from '../../../src/store/errors.ts';
import type { ProxiedCall } from '../../engines/http-proxy.ts';
import { wizardItems } from '../../party.ts';
import {
  answer,
  type Client,
  configOf,
  done,
  type Edge,
  type EdgeAnswer,
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

async function start(answerTo: (call: ProxiedCall, nth: number) => EdgeAnswer): Promise<Edge> {
  const edge = await startEdge(answerTo);
  running.push(edge);
  return edge;
}

/** How an insert into a table behind such an edge ends, whose time is over at this attempt, if it comes to that. */
async function insertAt(answers: readonly EdgeAnswer[], lastAttempt = 100) {
  const time = new AbortController();
  const answerTo = oneByOne(...answers);
  const edge = await start((call, nth) => {
    if (nth + 1 === lastAttempt) time.abort();
    return answerTo(call, nth);
  });
  const table = createDynamoDbEventTable(await ourCalls(configOf(edge)), 'events');
  const startedAt = performance.now();
  const outcome = await table.insert(wizardItems([8]), time.signal).then(
    ({ type }) => type,
    (error) => (error instanceof StoreFault ? { code: error.code, retryable: error.retryable } : error),
  );
  return { outcome, arrived: edge.arrivals.length, tookMs: performance.now() - startedAt };
}

describe('at the edge of AWS, our calls beside those of the SDK:', () => {
  type Case = {
    readonly name: string;
    readonly answers: readonly EdgeAnswer[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly call: { readonly name: string; readonly attempts: number };
    /** The pause between the first two attempts, in milliseconds, with all jitter at 0. */
    readonly pauseMs: number;
    readonly insert: { readonly outcome: unknown; readonly lastAttempt?: number };
  };
  const cases: readonly Case[] = [
    {
      name: 'ReplicatedWriteConflictException for ever',
      answers: [answer(400, 'ReplicatedWriteConflictException')],
      call: { name: 'ReplicatedWriteConflictException', attempts: 4 },
      pauseMs: 0,
      // An attempt may be under way at the deadline, and the read-back is not answered.
      insert: {
        outcome: { code: expect.stringMatching(/CONTENDED|OUTCOME_UNKNOWN/), retryable: true },
        lastAttempt: 10,
      },
    },
    {
      name: 'ReplicatedWriteConflictException once',
      answers: [answer(400, 'ReplicatedWriteConflictException'), done],
      call: { name: 'answered', attempts: 2 },
      pauseMs: 0,
      insert: { outcome: 'inserted' },
    },
    {
      name: 'PriorRequestNotComplete for ever',
      answers: [answer(400, 'PriorRequestNotComplete')],
      call: { name: 'PriorRequestNotComplete', attempts: 4 },
      pauseMs: 0,
      insert: { outcome: { code: 'THROTTLED', retryable: true } },
    },
    {
      name: 'an unknown 400 for ever',
      answers: [answer(400, 'BrandNewException')],
      call: { name: 'BrandNewException', attempts: 1 },
      pauseMs: 0,
      insert: { outcome: { code: 'STORE_UNAVAILABLE', retryable: false } },
    },
    {
      name: 'a 503 with x-amz-retry-after: 1500',
      answers: [answer(503, 'ServiceUnavailable', { 'x-amz-retry-after': '1500' }), done],
      call: { name: 'answered', attempts: 2 },
      pauseMs: 1_500,
      insert: { outcome: 'inserted' },
    },
    {
      name: 'throttling with retry-after: 2',
      answers: [answer(400, 'ThrottlingException', { 'retry-after': '2' }), done],
      call: { name: 'answered', attempts: 2 },
      pauseMs: 2_000,
      insert: { outcome: 'inserted' },
    },
    {
      name: 'an endless 500 with AWS_MAX_ATTEMPTS=8',
      answers: [answer(500, 'InternalServerError')],
      environment: { AWS_MAX_ATTEMPTS: '8' },
      call: { name: 'InternalServerError', attempts: 8 },
      pauseMs: 0,
      // The read-back is not answered either.
      insert: { outcome: { code: 'OUTCOME_UNKNOWN', retryable: true }, lastAttempt: 10 },
    },
  ];

  test.each(cases)('$name', async ({ name, answers, environment = {}, call, pauseMs, insert }) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
    const ended = async (clientOf: (config: DynamoDBClientConfig) => Client | Promise<Client>) => {
      const edge = await start(oneByOne(...answers));
      const ending = await (await clientOf(configOf(edge))).call();
      const [first, second = first] = edge.arrivals.map(({ atMs }) => atMs);
      return { ...ending, arrived: edge.arrivals.length, pausedMs: (second ?? 0) - (first ?? 0) };
    };
    const both = await Promise.all([ended(ourClient), ended(plainClient)]);
    const inserted = await insertAt(answers, insert.lastAttempt);
    process.stdout.write(`${name}: ${JSON.stringify({ ours: both[0], plain: both[1], inserted })}\n`);
    for (const { pausedMs, ...ending } of both) {
      expect(ending).toEqual({ ...call, arrived: call.attempts });
      expect(pausedMs).toBeGreaterThan(pauseMs - 50);
      expect(pausedMs).toBeLessThan(pauseMs + 1_000);
    }
    expect(inserted.outcome).toEqual(insert.outcome);
    // A read-back has 2 s.
    expect(inserted.tookMs).toBeLessThan(pauseMs + 2_000 + 6_000);
  });

  test.each([
    ['ahead', 10],
    ['behind', -10],
  ])('a clock of AWS that is 10 minutes %s is asked once and believed from then on', async (_, minutes) => {
    for (const clientOf of [ourClient, plainClient]) {
      const edge = await start(withClock(minutes * 60_000));
      const client = await clientOf(configOf(edge));
      expect(await client.call()).toEqual({ name: 'answered', attempts: 2 });
      expect(await client.call()).toEqual({ name: 'answered', attempts: 1 });
      const both = await Promise.all([client.call(), client.call()]);
      expect(both.map(({ attempts }) => attempts)).toEqual([1, 1]);
    }
  });

  test('credentials that rotate sign from the next attempt on', async () => {
    for (const clientOf of [ourClient, plainClient]) {
      const edge = await start(oneByOne(done, answer(500), done));
      let made = 0;
      const credentials = async () => {
        made += 1;
        const expiration = new Date(Date.now() + 1_000);
        return { accessKeyId: `KEY${made}`, secretAccessKey: 's', sessionToken: `t${made}`, expiration };
      };
      const client = await clientOf({ ...configOf(edge), credentials });
      for (let nth = 0; nth < 2; nth += 1) expect(await client.call()).toMatchObject({ name: 'answered' });
      const keys = edge.arrivals.map(({ headers }) =>
        Number(/KEY(\d+)\//.exec(headers.authorization ?? '')?.[1]),
      );
      const tokens = edge.arrivals.map(({ headers }) => headers['x-amz-security-token']);
      expect(keys).toHaveLength(3);
      expect(new Set(keys).size).toBe(3);
      expect(keys).toEqual(keys.toSorted((one, other) => one - other));
      expect(tokens).toEqual(keys.map((key) => `t${key}`));
    }
  });
});

// AWS takes a signature whose time is within 5 minutes of its own.
function withClock(offsetMs: number): (call: ProxiedCall) => EdgeAnswer {
  return ({ headers }) => {
    const now = Date.now() + offsetMs;
    const signedAt = signingDate(String(headers['x-amz-date'])).getTime();
    const date = new Date(now).toUTCString();
    if (Math.abs(signedAt - now) < 300_000) return { ...done, headers: { date } };
    const message = signedAt < now ? 'Signature expired: 1 < 2' : 'Signature not yet current: 2 > 1';
    return answer(400, 'InvalidSignatureException', { message, date });
  };
}

function signingDate(stamp: string): Date {
  return new Date(stamp.replace(/(....)(..)(..)T(..)(..)/, '$1-$2-$3T$4:$5:'));
}

test('what arrives is signed as the SDK signs it', async () => {
  for (const clientOf of [ourClient, plainClient]) {
    const edge = await start(oneByOne(done));
    const config = configOf(edge);
    await (await clientOf(config)).call();
    const [arrival] = edge.arrivals;
    const { headers = {}, body } = arrival ?? {};
    const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
    // Ours leaves the two headers of retries unsigned.
    expect(signed.filter((name) => !name.startsWith('amz-sdk-'))).toEqual([
      'content-length',
      'content-type',
      'host',
      'x-amz-content-sha256',
      'x-amz-date',
      'x-amz-target',
      'x-amz-user-agent',
    ]);
    const { credentials, region, sha256 } = new DynamoDBClient(config).config;
    const signer = new SignatureV4({ credentials, region, sha256, service: 'dynamodb' });
    const request = {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: '/',
      query: {},
      body,
      headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
    };
    const again = await signer.sign(request, { signingDate: signingDate(String(headers['x-amz-date'])) });
    expect(again.headers['authorization']).toBe(headers.authorization);
  }
});
