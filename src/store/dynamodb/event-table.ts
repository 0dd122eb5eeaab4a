import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { StoreFault } from '../errors.ts';
import { directoryName, type EventKey, type StoredItem } from '../event-item.ts';
import type { DirectoryEntry, DirectoryRange, EventRange, EventTable } from '../event-table.ts';
import type { StoreTelemetry } from '../telemetry.ts';
import { type InsertAttempt, insertUntilKnown } from './ambiguous-write.ts';
import { numberOf } from './client.ts';
import { faultOf } from './errors.ts';
import { type SendOutcome, send } from './send.ts';
import { directoryIndexName } from './table-schema.ts';

const defaultDeadlineMs = 10_000;
const newest = Number.MAX_SAFE_INTEGER;
const keysPerBatch = 100;

/**
 * An event table in DynamoDB. One item is a conditional `PutItem`, several are one `TransactWriteItems`. The
 * telemetry is told of inserts whose answer was lost.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export function createDynamoDbEventTable(
  client: DynamoDBClient,
  tableName: string,
  telemetry?: Pick<StoreTelemetry, 'ambiguityResolved'>,
): EventTable {
  const put = (item: StoredItem) => ({
    TableName: tableName,
    Item: marshall(item, { removeUndefinedValues: true }),
    ConditionExpression: 'attribute_not_exists(Id)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  });

  async function insertOne(item: StoredItem, signal: AbortSignal): Promise<InsertAttempt> {
    const command = new PutItemCommand({ ...put(item), ReturnConsumedCapacity: 'TOTAL' });
    const sent = await send(client, command, signal);
    if (sent.type === 'answered') return { type: 'inserted' };
    if (!(sent.error instanceof ConditionalCheckFailedException)) return sent;
    return taken([item], [sent.error.Item], sent.written, signal);
  }

  async function insertGroup(
    items: readonly StoredItem[],
    token: string,
    signal: AbortSignal,
  ): Promise<InsertAttempt> {
    const command = new TransactWriteItemsCommand({
      TransactItems: items.map((item) => ({ Put: put(item) })),
      ClientRequestToken: token,
      ReturnConsumedCapacity: 'TOTAL',
    });
    const sent = await send(client, command, signal);
    if (sent.type === 'answered') return { type: 'inserted' };
    if (!(sent.error instanceof TransactionCanceledException)) return sent;
    const lost = (sent.error.CancellationReasons ?? []).filter(
      ({ Code }) => Code === 'ConditionalCheckFailed',
    );
    if (lost.length === 0) return sent;
    const inTheWay = lost.map(({ Item }) => Item);
    return taken(items, inTheWay, sent.written, signal);
  }

  // Not every engine hands out the item that was in the way; then it is read.
  async function taken(
    items: readonly StoredItem[],
    inTheWay: readonly (MarshalledItem | undefined)[],
    written: 'nothing' | 'unknown',
    signal: AbortSignal,
  ): Promise<InsertAttempt> {
    const stored = inTheWay.flatMap((item) => (item === undefined ? [] : [storedItem(item)]));
    if (stored.length === inTheWay.length) return { type: 'taken', items: stored, written };
    try {
      return { type: 'taken', items: await get(items, signal), written };
    } catch (error) {
      return { type: 'failed', error, written };
    }
  }

  async function queryOnce(
    characterId: string,
    range: EventRange,
    start: QueryCommandOutput['LastEvaluatedKey'],
    signal: AbortSignal,
  ) {
    const { from = 0, to = newest, descending = false, limit } = range;
    const command = new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'Id = :id AND Version BETWEEN :from AND :to',
      ExpressionAttributeValues: marshall({ ':id': characterId, ':from': from, ':to': to }),
      ScanIndexForward: !descending,
      Limit: limit,
      ConsistentRead: true,
      ExclusiveStartKey: start,
      ReturnConsumedCapacity: 'TOTAL',
    });
    return answered(await send(client, command, signal));
  }

  async function getOnce(keys: readonly MarshalledItem[], signal: AbortSignal) {
    const command = new BatchGetItemCommand({
      RequestItems: {
        [tableName]: { Keys: [...keys], ConsistentRead: true },
      },
      ReturnConsumedCapacity: 'TOTAL',
    });
    const answer = answered(await send(client, command, signal));
    return {
      items: (answer.Responses?.[tableName] ?? []).map(storedItem),
      unprocessed: answer.UnprocessedKeys?.[tableName]?.Keys ?? [],
    };
  }

  async function get(keys: readonly EventKey[], signal: AbortSignal): Promise<readonly StoredItem[]> {
    const found: StoredItem[] = [];
    let wanted: readonly MarshalledItem[] = keys.map(({ Id, Version }) => marshall({ Id, Version }));
    for (let tries = 0; wanted.length > 0; tries += 1) {
      const { items, unprocessed } = await getOnce(wanted.slice(0, keysPerBatch), signal);
      found.push(...items);
      wanted = [...unprocessed, ...wanted.slice(keysPerBatch)];
      if (unprocessed.length > 0) await backOff(tries, signal);
    }
    return found;
  }

  async function directoryOnce({ after, limit }: DirectoryRange, signal: AbortSignal) {
    const command = new QueryCommand({
      TableName: tableName,
      IndexName: directoryIndexName,
      KeyConditionExpression: '#directory = :characters',
      ExpressionAttributeNames: { '#directory': 'Directory' },
      ExpressionAttributeValues: marshall({ ':characters': directoryName }),
      ScanIndexForward: false,
      Limit: limit,
      ExclusiveStartKey:
        after &&
        marshall({ Directory: directoryName, ListedAt: after.listedAt, Id: after.characterId, Version: 0 }),
      ReturnConsumedCapacity: 'TOTAL',
    });
    const sent = await send(client, command, signal);
    if (sent.type === 'failed' && !(await hasDirectory(client, tableName, sent.error, signal))) {
      throw new StoreFault('DIRECTORY_MISSING', 'The table has no index Directory.', {
        retryable: false,
        cause: sent.error,
      });
    }
    const answer = answered(sent);
    const entries = (answer.Items ?? []).map(directoryEntry);
    return { entries, hasMore: answer.LastEvaluatedKey !== undefined };
  }

  return {
    insert: (items, signal = defaultDeadline()) => {
      const [first, ...others] = items;
      if (first === undefined) return Promise.resolve({ type: 'inserted' });
      const token = randomUUID();
      const insert = (until: AbortSignal) =>
        others.length === 0 ? insertOne(first, until) : insertGroup(items, token, until);
      const calls = { insert, readBack: (budget: AbortSignal) => get(items, budget) };
      return insertUntilKnown(items, calls, signal, telemetry?.ambiguityResolved);
    },
    // An answer ends at 1 MB, so a page may take several; the limit counts over all of them.
    query: async (characterId, range, signal = defaultDeadline()) => {
      // DynamoDB refuses an empty range as invalid.
      if ((range.from ?? 0) > (range.to ?? newest)) return [];
      const items: StoredItem[] = [];
      let next: QueryCommandOutput['LastEvaluatedKey'];
      do {
        const answer = await queryOnce(
          characterId,
          { ...range, limit: range.limit - items.length },
          next,
          signal,
        );
        items.push(...(answer.Items ?? []).map(storedItem));
        next = answer.LastEvaluatedKey;
      } while (next !== undefined && items.length < range.limit);
      return items;
    },
    get: (keys, signal = defaultDeadline()) => get(keys, signal),
    directory: async ({ after, limit }, signal = defaultDeadline()) => {
      const listed: DirectoryEntry[] = [];
      for (let hasMore = true; hasMore && listed.length < limit; ) {
        const rest = { after: listed.at(-1) ?? after, limit: limit - listed.length };
        const answer = await directoryOnce(rest, signal);
        listed.push(...answer.entries);
        hasMore = answer.hasMore;
      }
      return listed;
    },
    ping: async (signal = defaultDeadline()) => {
      await queryOnce(' ', { limit: 1 }, undefined, signal);
    },
    close: async () => client.destroy(),
  };
}

// A query of an index that is not there, or not yet, is refused as invalid like any other mistake.
async function hasDirectory(
  client: DynamoDBClient,
  tableName: string,
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof Error && error.name === 'ValidationException')) return true;
  const described = await send(client, new DescribeTableCommand({ TableName: tableName }), signal);
  const { Table } = answered(described);
  const index = Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === directoryIndexName);
  return index?.IndexStatus === 'ACTIVE';
}

type MarshalledItem = { readonly [attribute: string]: AttributeValue };

// Both are keys of the index, so every item in it has them as texts.
function directoryEntry({ Id, ListedAt }: MarshalledItem): DirectoryEntry {
  return { characterId: Id?.S ?? '', listedAt: ListedAt?.S ?? '' };
}

function storedItem(item: MarshalledItem): StoredItem {
  return unmarshall(item, { wrapNumbers: numberOf }) as StoredItem;
}

function defaultDeadline(): AbortSignal {
  return AbortSignal.timeout(defaultDeadlineMs);
}

function answered<Output>(sent: SendOutcome<Output>): Output {
  if (sent.type === 'answered') return sent.output;
  throw faultOf(sent.error);
}

async function backOff(tries: number, signal: AbortSignal): Promise<void> {
  const longestMs = Math.min(1_000, 50 * 2 ** tries);
  await sleep(Math.random() * longestMs, undefined, { signal }).catch((error) => {
    throw faultOf(error);
  });
}
