import { DynamoDBClient, type DynamoDBClientConfig, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRetryStrategy } from '../../../src/store/dynamodb/retry-strategy.ts';
import type { RunningEngine } from '../../engines/engine-process.ts';
import { type ProxiedAnswer, startHttpProxy } from '../../engines/http-proxy.ts';

const answer = (status: number, type?: string): ProxiedAnswer => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(type === undefined ? {} : { __type: `com.amazonaws.dynamodb#${type}` })),
});
const done = answer(200);

describe('calls that fail are tried again as the SDK does it', () => {
  let engine: RunningEngine;
  let answers: (ProxiedAnswer | 'reset')[];
  let calls: number;
  beforeEach(async () => {
    calls = 0;
    engine = await startHttpProxy('http://127.0.0.1', async () => {
      calls += 1;
      const next = answers.shift() ?? done;
      if (next === 'reset') throw new Error('The connection is reset.');
      return next;
    });
  });
  afterEach(() => engine.stop());

  const clientWith = (config: DynamoDBClientConfig) =>
    new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 3,
      ...config,
    });

  /** What comes of a call whose attempts are answered so, and how many attempts it takes. */
  async function outcome(client: DynamoDBClient, given: readonly (ProxiedAnswer | 'reset')[]) {
    answers = [...given];
    calls = 0;
    const sent = client.send(new PutItemCommand({ TableName: 'events', Item: { Id: { S: 'bard' } } }));
    const { name, $metadata } = await sent.then(
      (output) => ({ name: 'answered', ...output }),
      (error) => error,
    );
    return { name, attempts: $metadata.attempts, calls };
  }

  test.each<[string, readonly (ProxiedAnswer | 'reset')[], number]>([
    ['answered at once', [], 1],
    ['throttled once', [answer(400, 'ThrottlingException')], 2],
    [
      'beyond the throughput for ever',
      Array(5).fill(answer(400, 'ProvisionedThroughputExceededException')),
      3,
    ],
    ['an error of the server, then a reset', [answer(500, 'InternalServerError'), 'reset'], 3],
    ['unavailable for ever', Array(5).fill(answer(503)), 3],
    ['reset for ever', Array(5).fill('reset'), 3],
    ['refused by the condition', [answer(400, 'ConditionalCheckFailedException')], 1],
    ['refused as wrong', [answer(400, 'ValidationException')], 1],
    ['without access', [answer(400, 'AccessDeniedException')], 1],
    ['in conflict with a transaction', [answer(400, 'TransactionConflictException')], 1],
  ])('%s', { timeout: 30_000 }, async (_, given, attempts) => {
    const ours = await outcome(clientWith({ retryStrategy: createRetryStrategy(3) }), given);
    expect(ours).toEqual(await outcome(clientWith({}), given));
    expect(ours).toMatchObject({ attempts, calls: attempts });
  });

  test('until the budget of retries is used up, to which each success adds', {
    timeout: 30_000,
  }, async () => {
    const attemptsOf = async (client: DynamoDBClient) => {
      const attempts = async (given: readonly ProxiedAnswer[]) => (await outcome(client, given)).attempts;
      const all: number[] = [];
      for (let nth = 0; nth < 30; nth += 1) all.push(await attempts(Array(5).fill(answer(500))));
      for (let nth = 0; nth < 10; nth += 1) all.push(await attempts([]));
      return [...all, await attempts(Array(5).fill(answer(500)))];
    };
    const ours = await attemptsOf(clientWith({ retryStrategy: createRetryStrategy(3) }));
    expect(ours).toEqual(await attemptsOf(clientWith({})));
    expect([ours[0], ours[29], ours.at(-1)]).toEqual([3, 1, 2]);
  });
});
