import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  ConditionalCheckFailedException,
  type QueryCommandOutput,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type DirectoryPlace, directoryMoves } from '../directory-lists.ts';
import { backOff, noFirstEvent } from '../errors.ts';
import type { EventKey, StoredItem } from '../event-item.ts';
import type { EventRange, EventTable } from '../event-table.ts';
import type { StoreTelemetry } from '../telemetry.ts';
import { type InsertAttempt, insertUntilKnown } from './ambiguous-write.ts';
import type { DynamoDbCalls, Table } from './client.ts';
import { directory, directoryUpdate } from './directory.ts';
import type { Effect } from './errors.ts';
import { type MarshalledItem, marshalledItem, marshalledKey, storedItem } from './item-codec.ts';
import { answerOf } from './send.ts';

const defaultDeadlineMs = 10_000;
const newest = Number.MAX_SAFE_INTEGER;
const keysPerBatch = 100;
const unprocessedKeysPauses = { firstMs: 50, longestMs: 1_000 };

/**
 * An event table in DynamoDB. One item is a conditional `PutItem`; several, or one that moves its character in the
 * directory, are one `TransactWriteItems`; the other verbs are a `Query` for each megabyte, or a `BatchGetItem` for each 100 keys. Without a signal, work ends after
 * 10 s. The telemetry counts inserts whose answer was lost.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export function createDynamoDbEventTable(
  calls: DynamoDbCalls,
  tableName: string,
  telemetry?: Pick<StoreTelemetry, 'ambiguityResolved'>,
): EventTable {
  const table: Table = { calls, tableName };
  return {
    insert: async (items, signal = defaultDeadline()) => {
      const [first, ...others] = items;
      if (first === undefined) return { type: 'inserted' };
      const token = randomUUID();
      const moves = directoryMoves(items);
      const isPlain = others.length === 0 && moves.length === 0;
      const insert = (until: AbortSignal) =>
        isPlain ? insertOne(table, first, until) : insertTogether(table, { items, moves, token }, until);
      const readBack = (budget: AbortSignal) => get(table, items, budget);
      return insertUntilKnown(items, { insert, readBack }, signal, telemetry?.ambiguityResolved);
    },
    query: (characterId, range, signal = defaultDeadline()) => query(table, characterId, range, signal),
    get: (keys, signal = defaultDeadline()) => get(table, keys, signal),
    directory: (range, signal = defaultDeadline()) => directory(table, range, signal),
    ping: async (signal = defaultDeadline()) => {
      await queryOnce(table, ' ', { limit: 1 }, undefined, signal);
    },
    close: async () => calls.destroy(),
  };
}

async function insertOne(table: Table, item: StoredItem, signal: AbortSignal): Promise<InsertAttempt> {
  const input = { ...conditionalPut(table, item), ReturnConsumedCapacity: 'TOTAL' as const };
  const sent = await table.calls.putItem(input, signal);
  if (sent.type === 'answered') return { type: 'inserted' };
  if (!(sent.error instanceof ConditionalCheckFailedException)) return sent;
  return taken(table, [item], [sent.error.Item], sent.effect, signal);
}

/** Items and the moves of characters that come with them, under one token for all attempts. */
type Transaction = {
  readonly items: readonly StoredItem[];
  readonly moves: readonly DirectoryPlace[];
  readonly token: string;
};

async function insertTogether(
  table: Table,
  { items, moves, token }: Transaction,
  signal: AbortSignal,
): Promise<InsertAttempt> {
  const input = {
    TransactItems: [
      ...items.map((item) => ({ Put: conditionalPut(table, item) })),
      ...moves.map((move) => ({ Update: directoryUpdate(table, move) })),
    ],
    ClientRequestToken: token,
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  const sent = await table.calls.transactWriteItems(input, signal);
  if (sent.type === 'answered') return { type: 'inserted' };
  if (!(sent.error instanceof TransactionCanceledException)) return sent;
  const reasons = sent.error.CancellationReasons ?? [];
  const isLost = ({ Code }: CancellationReason) => Code === 'ConditionalCheckFailed';
  const lost = reasons.slice(0, items.length).filter(isLost);
  if (lost.length > 0) {
    const inTheWay = lost.map(({ Item }) => Item);
    return taken(table, items, inTheWay, sent.effect, signal);
  }
  return reasons.some(isLost) ? { ...sent, error: noFirstEvent(sent.error) } : sent;
}

function conditionalPut({ tableName }: Table, item: StoredItem) {
  return {
    TableName: tableName,
    Item: marshalledItem(item),
    ConditionExpression: 'attribute_not_exists(Id)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

// Not every engine returns the item that was in the way; then it is read. Unread, it may be our own.
async function taken(
  table: Table,
  items: readonly StoredItem[],
  inTheWay: readonly (MarshalledItem | undefined)[],
  effect: Effect,
  signal: AbortSignal,
): Promise<InsertAttempt> {
  const stored = inTheWay.flatMap((item) => (item === undefined ? [] : [storedItem(item)]));
  if (stored.length === inTheWay.length) return { type: 'taken', items: stored, effect };
  try {
    return { type: 'taken', items: await get(table, items, signal), effect };
  } catch (error) {
    return { type: 'failed', error, effect: 'unknown' };
  }
}

// An answer ends at 1 MB, so a range may take several; the limit counts over all of them.
async function query(
  table: Table,
  characterId: string,
  range: EventRange,
  signal: AbortSignal,
): Promise<readonly StoredItem[]> {
  // DynamoDB refuses an empty range as invalid.
  if ((range.from ?? 0) > (range.to ?? newest)) return [];
  const items: StoredItem[] = [];
  let start: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const rest = { ...range, limit: range.limit - items.length };
    const answer = await queryOnce(table, characterId, rest, start, signal);
    items.push(...(answer.Items ?? []).map(storedItem));
    start = answer.LastEvaluatedKey;
  } while (start !== undefined && items.length < range.limit);
  return items;
}

async function queryOnce(
  { calls, tableName }: Table,
  characterId: string,
  { from = 0, to = newest, descending = false, limit }: EventRange,
  start: QueryCommandOutput['LastEvaluatedKey'],
  signal: AbortSignal,
): Promise<QueryCommandOutput> {
  const input = {
    TableName: tableName,
    KeyConditionExpression: 'Id = :id AND Version BETWEEN :from AND :to',
    ExpressionAttributeValues: marshall({ ':id': characterId, ':from': from, ':to': to }),
    ScanIndexForward: !descending,
    Limit: limit,
    ConsistentRead: true,
    ExclusiveStartKey: start,
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  return answerOf(await calls.query(input, signal));
}

async function get(
  table: Table,
  keys: readonly EventKey[],
  signal: AbortSignal,
): Promise<readonly StoredItem[]> {
  const found: StoredItem[] = [];
  let wanted: readonly MarshalledItem[] = keys.map(marshalledKey);
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    const { items, unprocessed } = await getOnce(table, wanted.slice(0, keysPerBatch), signal);
    found.push(...items);
    wanted = [...unprocessed, ...wanted.slice(keysPerBatch)];
    if (unprocessed.length > 0) await backOff(attempt, unprocessedKeysPauses, signal);
  }
  return found;
}

async function getOnce({ calls, tableName }: Table, keys: readonly MarshalledItem[], signal: AbortSignal) {
  const input = {
    RequestItems: { [tableName]: { Keys: [...keys], ConsistentRead: true } },
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  const answer = answerOf(await calls.batchGetItem(input, signal));
  return {
    items: (answer.Responses?.[tableName] ?? []).map(storedItem),
    unprocessed: answer.UnprocessedKeys?.[tableName]?.Keys ?? [],
  };
}

function defaultDeadline(): AbortSignal {
  return AbortSignal.timeout(defaultDeadlineMs);
}
