import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UnusableStoreError } from '../faults.ts';
import type { StoreObserver } from '../store-observer.ts';
import { observeCalls } from './observed-calls.ts';
import { recordAttempts } from './recorded-attempts.ts';

/** A document client and what is known about where it speaks to. */
export type DynamoDbConnection = {
  readonly client: DynamoDBDocumentClient;
  readonly region: string;
  /** The endpoint given, `undefined` on AWS. */
  readonly endpoint: string | undefined;
  /** Settings that were missing and are harmless to invent for an endpoint that is not AWS. */
  readonly assumed: readonly string[];
};

/**
 * A client of DynamoDB on AWS, or of the DynamoDB-compatible endpoint given. Region and credentials come
 * from the SDK's own chain; for an endpoint of one's own, missing ones are made up.
 * The observer is told of every call. Throws `UnusableStoreError` if AWS is meant and no region is set.
 */
export async function connectToDynamoDb(
  endpoint: string | undefined,
  observer?: Pick<StoreObserver, 'databaseCalled'>,
): Promise<DynamoDbConnection> {
  if (endpoint === undefined) {
    const base = new DynamoDBClient(settings);
    const region = await requiredRegion(base);
    return { client: documentClient(base, observer), region, endpoint, assumed: [] };
  }
  const probe = new DynamoDBClient({ endpoint });
  const region = await probe.config.region().catch(() => undefined);
  const credentials = await probe.config.credentials().catch(() => undefined);
  probe.destroy();
  const base = new DynamoDBClient({
    ...settings,
    endpoint,
    region: region ?? 'us-east-1',
    ...(credentials ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
  return {
    client: documentClient(base, observer),
    region: region ?? 'us-east-1',
    endpoint,
    assumed: [...(region ? [] : ['region us-east-1']), ...(credentials ? [] : ['credentials local/local'])],
  };
}

/**
 * Time-outs and sockets. `requestTimeout` ends with the headers of an answer, `socketTimeout` a body that stalls. Without `throwOnRequestTimeout` the SDK only warns; the clock of the connection
 * runs while a call waits for a socket, so there are as many sockets as calls at once.
 */
const settings = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    socketTimeout: 3_000,
    throwOnRequestTimeout: true,
    httpAgent: { maxSockets: 256, keepAlive: true },
    httpsAgent: { maxSockets: 256, keepAlive: true },
  },
};

function documentClient(
  base: DynamoDBClient,
  observer: Pick<StoreObserver, 'databaseCalled'> | undefined,
): DynamoDBDocumentClient {
  recordAttempts(base);
  if (observer !== undefined) observeCalls(base, observer);
  return DynamoDBDocumentClient.from(base, {
    marshallOptions: { removeUndefinedValues: true },
    unmarshallOptions: { wrapNumbers: numberOf },
  });
}

/**
 * A number of an item: a bigint where it is whole and no `number` holds it exactly, as time stamps of other
 * programs in nanoseconds. A fraction of more than 17 digits is rounded; DynamoDB has up to 38.
 */
export function numberOf(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits);
}

async function requiredRegion(client: DynamoDBClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    throw new UnusableStoreError(
      'DynamoDB on AWS needs a region: set AWS_REGION, or DYNAMODB_ENDPOINT for another engine.',
      {
        cause,
      },
    );
  }
}
