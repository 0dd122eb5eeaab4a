import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningEngine } from './engine-process.ts';
import { type ProxiedAnswer, type ProxiedCall, startHttpProxy } from './http-proxy.ts';
import { seededRandom } from './seeded-random.ts';

/** What a proxy does to a call. A fault that has no meaning for an operation leaves its calls alone. */
export type Fault =
  | 'delivered twice'
  | 'delivered again a second later'
  | 'request dropped'
  | 'response dropped'
  | 'reset before'
  | 'reset after'
  | 'delayed'
  | 'delayed beyond the time-out'
  | 'held until released'
  | 'error 500 before'
  | 'error 500 after'
  | 'throttled'
  | 'garbled'
  | 'transaction conflict'
  | 'transaction in progress'
  | 'unprocessed keys'
  | 'short page'
  | 'stalled'
  | 'never answered';

/** Which share of the calls of an operation meets which fault; `*` is every other operation. */
export type FaultMix = Readonly<Record<string, Partial<Readonly<Record<Fault, number>>>>>;

/** A proxy in front of a DynamoDB engine that does harm to its calls. */
export type FaultProxy = RunningEngine & {
  /** Changes what it does from now on; nothing at first. */
  readonly inject: (mix: FaultMix, seed?: number) => void;
  /** Hands on the calls that were held. */
  readonly release: () => void;
  /** How many calls met which fault. */
  readonly met: () => Readonly<Record<string, number>>;
};

/**
 * 45 % of all calls, mixed. The n-th call of an operation meets the same fault for the same seed.
 */
export const mixedFaults: FaultMix = {
  PutItem: {
    'request dropped': 0.04,
    'delivered again a second later': 0.03,
    'response dropped': 0.1,
    'reset before': 0.03,
    'reset after': 0.04,
    delayed: 0.03,
    'delayed beyond the time-out': 0.002,
    'error 500 before': 0.04,
    'error 500 after': 0.06,
    throttled: 0.03,
    garbled: 0.028,
    'transaction conflict': 0.02,
  },
  TransactWriteItems: {
    'request dropped': 0.04,
    'delivered again a second later': 0.03,
    'response dropped': 0.1,
    'reset after': 0.05,
    delayed: 0.03,
    'error 500 before': 0.04,
    'error 500 after': 0.06,
    throttled: 0.02,
    garbled: 0.03,
    'transaction conflict': 0.03,
    'transaction in progress': 0.02,
  },
  BatchGetItem: {
    'request dropped': 0.1,
    'response dropped': 0.05,
    'error 500 before': 0.05,
    throttled: 0.02,
    garbled: 0.03,
    'unprocessed keys': 0.2,
  },
  Query: {
    'request dropped': 0.1,
    'response dropped': 0.05,
    'error 500 before': 0.05,
    throttled: 0.02,
    garbled: 0.03,
    'short page': 0.2,
  },
};

/** Starts a proxy that lets all calls pass until faults are injected. */
export async function startFaultProxy(endpoint: string): Promise<FaultProxy> {
  let mix: FaultMix = {};
  let draws = new Map<string, () => number>();
  let seed = 0;
  const met = new Map<string, number>();
  const held: (() => void)[] = [];

  const draw = (operation: string): number => {
    const next = draws.get(operation) ?? seededRandom(seed + hashOf(operation));
    draws.set(operation, next);
    return next();
  };
  const proxy = await startHttpProxy(endpoint, async (call) => {
    const fault = faultAt(draw(call.operation), mix[call.operation] ?? mix['*'] ?? {});
    if (fault === undefined) return call.forward();
    met.set(fault, (met.get(fault) ?? 0) + 1);
    if (fault !== 'held until released') return faults[fault](call);
    await new Promise<void>((resolve) => held.push(resolve));
    return call.forward();
  });
  return {
    ...proxy,
    inject: (newMix, newSeed = 0) => {
      mix = newMix;
      seed = newSeed;
      draws = new Map();
    },
    release: () => {
      for (const handOn of held.splice(0)) handOn();
    },
    met: () => Object.fromEntries(met),
  };
}

function faultAt(draw: number, shares: FaultMix[string]): Fault | undefined {
  let bound = 0;
  for (const [fault, share] of Object.entries(shares) as [Fault, number][]) {
    bound += share;
    if (draw < bound) return fault;
  }
  return undefined;
}

function hashOf(text: string): number {
  return [...text].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) | 0, 7);
}

type Doing = (call: ProxiedCall) => Promise<ProxiedAnswer | undefined>;

const faults: Readonly<Record<Exclude<Fault, 'held until released'>, Doing>> = {
  // As by a proxy that tries again by itself. The answer to the second delivery is the one that arrives.
  'delivered twice': async ({ forward }) => {
    await forward();
    return forward();
  },
  // As by a network that holds back a copy. Its answer is lost, and so is the copy if the engine has ended by then.
  'delivered again a second later': async ({ forward }) => {
    setTimeout(() => void forward().catch(() => {}), 1_000);
    return forward();
  },
  'request dropped': async ({ socket }) => {
    socket.destroy();
    return undefined;
  },
  'response dropped': async ({ forward, socket }) => {
    await forward();
    socket.destroy();
    return undefined;
  },
  'reset before': async ({ socket }) => {
    socket.resetAndDestroy();
    return undefined;
  },
  'reset after': async ({ forward, socket }) => {
    await forward();
    socket.resetAndDestroy();
    return undefined;
  },
  delayed: async ({ forward }) => {
    await sleep(200);
    return forward();
  },
  'delayed beyond the time-out': async ({ forward }) => {
    await sleep(2_500);
    return forward();
  },
  'error 500 before': async () => failure(500, 'InternalServerError'),
  'error 500 after': async ({ forward }) => {
    await forward();
    return failure(500, 'InternalServerError');
  },
  throttled: async () => failure(400, 'ProvisionedThroughputExceededException'),
  garbled: async ({ forward }) => {
    const { status, body } = await forward();
    return { status, headers: contentType, body: body.subarray(0, Math.max(1, body.length - 5)) };
  },
  'transaction conflict': async ({ operation, forward }) => {
    if (operation === 'PutItem') return failure(400, 'TransactionConflictException');
    if (operation !== 'TransactWriteItems') return forward();
    return failure(400, 'TransactionCanceledException', {
      CancellationReasons: [{ Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }],
    });
  },
  'transaction in progress': async ({ operation, forward }) =>
    operation === 'TransactWriteItems' ? failure(400, 'TransactionInProgressException') : forward(),
  'unprocessed keys': async ({ operation, body, forward }) =>
    operation === 'BatchGetItem' ? leftUnprocessed(JSON.parse(body.toString()), forward) : forward(),
  'short page': async ({ operation, body, forward }) => {
    if (operation !== 'Query') return forward();
    const query = JSON.parse(body.toString());
    return forward(Buffer.from(JSON.stringify({ ...query, Limit: Math.ceil(query.Limit / 3) })));
  },
  stalled: ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{');
    return new Promise(() => {});
  },
  'never answered': () => new Promise(() => {}),
};

const contentType = { 'content-type': 'application/x-amz-json-1.0' };

function failure(status: number, name: string, fields: object = {}): ProxiedAnswer {
  const answer = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'injected', ...fields };
  return { status, headers: contentType, body: Buffer.from(JSON.stringify(answer)) };
}

type BatchGet = {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly object[] }>>;
};

/** Only every other key is asked for; the others come back as DynamoDB gives back what was too much for it. */
async function leftUnprocessed(batch: BatchGet, forward: ProxiedCall['forward']): Promise<ProxiedAnswer> {
  const keysOf = (rest: 0 | 1) =>
    Object.fromEntries(
      Object.entries(batch.RequestItems).map(([table, request]) => [
        table,
        { ...request, Keys: request.Keys.filter((_, index) => index % 2 === rest) },
      ]),
    );
  const skipped = keysOf(0);
  const asked = keysOf(1);
  if (Object.values(asked).every(({ Keys }) => Keys.length === 0)) {
    const answer = { Responses: {}, UnprocessedKeys: batch.RequestItems };
    return { status: 200, headers: contentType, body: Buffer.from(JSON.stringify(answer)) };
  }
  const answer = await forward(Buffer.from(JSON.stringify({ ...batch, RequestItems: asked })));
  const body = { ...JSON.parse(answer.body.toString()), UnprocessedKeys: skipped };
  return { ...answer, headers: contentType, body: Buffer.from(JSON.stringify(body)) };
}
