import {
  BatchGetItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { StoreTelemetry } from '../telemetry.ts';
import { settingsOfTheChain } from './chain-settings.ts';
import { createFastClient, operationOf } from './fast-client.ts';
import { numberOf } from './item-codec.ts';
import { createSend, type SendSettings } from './send.ts';

/** Clients of one engine, which share sockets and a budget of retries, and where they speak to. */
export type DynamoDbConnection = {
  /** For events. */
  readonly events: DynamoDbCalls;
  /** For all that is done with a table as a whole. */
  readonly documents: DynamoDBDocumentClient;
  readonly region: string;
  /** The endpoint given, `undefined` on AWS. */
  readonly endpoint: string | undefined;
  /** Settings that were missing and are harmless to invent for an endpoint that is not AWS. */
  readonly assumed: readonly string[];
};

/**
 * Time-outs in milliseconds: `requestTimeout` until the headers of an answer are there, `socketTimeout` while a
 * socket is silent. Without `throwOnRequestTimeout` the SDK only warns. The clock of the connection runs while a
 * call waits for a socket, so there are as many sockets as calls at once.
 */
const httpSettings = {
  connectionTimeout: 1_000,
  requestTimeout: 2_000,
  socketTimeout: 3_000,
  throwOnRequestTimeout: true,
  httpAgent: { maxSockets: 256, keepAlive: true },
  httpsAgent: { maxSockets: 256, keepAlive: true },
};

/**
 * A connection to DynamoDB on AWS, or to the DynamoDB-compatible endpoint given. Region, credentials and the rules
 * of retries (`AWS_MAX_ATTEMPTS`, by default 4, and `AWS_RETRY_MODE`) come from the SDK's own chain; for an endpoint
 * of one's own, a missing region and missing credentials are made up. No round trip to DynamoDB.
 * The telemetry counts every call of `events`. Throws `UnusableStoreError` if AWS is meant and no region is set, and
 * for settings that do not work.
 */
export async function connectToDynamoDb(
  endpoint: string | undefined,
  telemetry?: Pick<StoreTelemetry, 'databaseCalled'>,
): Promise<DynamoDbConnection> {
  const chain = await settingsOfTheChain(endpoint);
  const region = chain.region ?? 'us-east-1';
  const config: DynamoDBClientConfig = {
    requestHandler: new NodeHttpHandler(httpSettings),
    region,
    ...(chain.useFipsEndpoint === undefined ? {} : { useFipsEndpoint: chain.useFipsEndpoint }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(chain.hasCredentials ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  };
  const client = new DynamoDBClient(config);
  return {
    events: callsOf(createFastClient(config), { ...(await retryRules(client)), telemetry }),
    documents: DynamoDBDocumentClient.from(client, {
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

/** The calls that requests make, by a client that makes one attempt of each. */
export type DynamoDbCalls = ReturnType<typeof callsOf>;

/** A table, and the calls that reach it. */
export type Table = { readonly calls: DynamoDbCalls; readonly tableName: string };

/** The calls of a client that makes one attempt of each; `destroy` closes its sockets. */
export function callsOf(client: DynamoDBClient, settings: SendSettings) {
  return {
    putItem: createSend(operationOf(client, 'PutItem', PutItemCommand), settings),
    transactWriteItems: createSend(
      operationOf(client, 'TransactWriteItems', TransactWriteItemsCommand),
      settings,
    ),
    query: createSend(operationOf(client, 'Query', QueryCommand), settings),
    batchGetItem: createSend(operationOf(client, 'BatchGetItem', BatchGetItemCommand), settings),
    describeTable: createSend(operationOf(client, 'DescribeTable', DescribeTableCommand), settings),
    destroy: () => client.destroy(),
  };
}

/** How a client tries again, for calls that go past its own loop. */
export async function retryRules({
  config,
}: DynamoDBClient): Promise<Pick<SendSettings, 'retryStrategy' | 'maxAttempts'>> {
  const retryStrategy = await config.retryStrategy();
  if (!('acquireInitialRetryToken' in retryStrategy)) {
    throw new TypeError('Expected a retry strategy with tokens, got one of the first version.');
  }
  return { retryStrategy, maxAttempts: await config.maxAttempts() };
}
