import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import toFastProperties from 'to-fast-properties';
import { UnusableStoreError } from '../errors.ts';
import type { StoreTelemetry } from '../telemetry.ts';
import { observeCalls } from './observed-calls.ts';
import { RequestHandler } from './request-handler.ts';
import { createRequestSigner } from './request-signer.ts';
import { createRetryStrategy } from './retry-strategy.ts';
import { recordAttempts } from './send.ts';

/** Clients of one engine, which share their sockets, and what is known about where they speak to. */
export type DynamoDbConnection = {
  /** For events: each attempt is recorded, and what is the same for all calls is done once. */
  readonly events: DynamoDBClient;
  /** For all that is done with a table as a whole. */
  readonly documents: DynamoDBDocumentClient;
  readonly region: string;
  /** The endpoint given, `undefined` on AWS. */
  readonly endpoint: string | undefined;
  /** Settings that were missing and are harmless to invent for an endpoint that is not AWS. */
  readonly assumed: readonly string[];
};

/**
 * A connection to DynamoDB on AWS, or to the DynamoDB-compatible endpoint given. Region and credentials come
 * from the SDK's own chain; for an endpoint of one's own, missing ones are made up.
 * The telemetry is told of every call. Throws `UnusableStoreError` if AWS is meant and no region is set.
 */
export async function connectToDynamoDb(
  endpoint: string | undefined,
  telemetry?: Pick<StoreTelemetry, 'databaseCalled'>,
): Promise<DynamoDbConnection> {
  const chain = await settingsOfTheChain(endpoint);
  const region = chain.region ?? 'us-east-1';
  const config: DynamoDBClientConfig = {
    retryStrategy: createRetryStrategy(3),
    requestHandler: new RequestHandler(),
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(chain.hasCredentials ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  };
  const events = clientOfManyCalls(config);
  recordAttempts(events);
  const base = new DynamoDBClient(config);
  if (telemetry !== undefined) for (const client of [events, base]) observeCalls(client, telemetry);
  return {
    events,
    documents: DynamoDBDocumentClient.from(base, {
      marshallOptions: { removeUndefinedValues: true },
      unmarshallOptions: { wrapNumbers: numberOf },
    }),
    region,
    endpoint,
    assumed: [
      ...(chain.region ? [] : [`region ${region}`]),
      ...(chain.hasCredentials ? [] : ['credentials local/local']),
    ],
  };
}

/**
 * A client that does once what the SDK does anew at each call: to resolve the middleware, and to make a signer.
 * It copies its settings several times in a call, which takes long of an object that V8 keeps as a dictionary,
 * as it does where so many properties were added. Together a third of a call's CPU.
 *
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-aws-sdk-client-dynamodb/Interface/DynamoDBClientConfig/
 */
function clientOfManyCalls(config: DynamoDBClientConfig): DynamoDBClient {
  const client = new DynamoDBClient({ ...config, cacheMiddleware: true, signer: async () => signer });
  const signer = createRequestSigner(client.config);
  for (const tag of unusedMiddleware) client.middlewareStack.removeByTag(tag);
  toFastProperties(client.config);
  return client;
}

/**
 * A log of each call without a logger, a user agent put together anew, and the trace of an AWS Lambda: a
 * seventh of a call's CPU.
 *
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
const unusedMiddleware = ['LOGGER', 'USER_AGENT', 'RECURSION_DETECTION'];

/**
 * A number of an item: a bigint where it is whole and no `number` holds it exactly, as time stamps of other
 * programs in nanoseconds. A fraction of more than 17 digits is rounded; DynamoDB has up to 38.
 */
export function numberOf(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits);
}

// On AWS, missing credentials are left for the calls to tell: those of an instance may come later.
async function settingsOfTheChain(endpoint: string | undefined) {
  const probe = new DynamoDBClient(endpoint === undefined ? {} : { endpoint });
  try {
    if (endpoint === undefined) return { region: await requiredRegion(probe), hasCredentials: true };
    return {
      region: await probe.config.region().catch(() => undefined),
      hasCredentials: await probe.config.credentials().then(Boolean, () => false),
    };
  } finally {
    probe.destroy();
  }
}

async function requiredRegion(client: DynamoDBClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    throw new UnusableStoreError(
      'DynamoDB on AWS needs a region: set AWS_REGION, or DYNAMODB_ENDPOINT for another engine.',
      { cause },
    );
  }
}
