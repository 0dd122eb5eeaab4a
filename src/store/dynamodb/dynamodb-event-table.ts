import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoredItem } from '../event-item.ts';
import type { EventRange, EventTable, InsertOutcome } from '../event-table.ts';

/**
 * An event table in DynamoDB. One item is a conditional `PutItem`, several are one `TransactWriteItems`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export function createDynamoDbEventTable(client: DynamoDBDocumentClient, tableName: string): EventTable {
  const put = (item: StoredItem) => ({
    TableName: tableName,
    Item: item,
    ConditionExpression: 'attribute_not_exists(Id)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  });

  async function insertOne(item: StoredItem): Promise<InsertOutcome> {
    try {
      await client.send(new PutCommand({ ...put(item), ReturnConsumedCapacity: 'TOTAL' }));
      return { type: 'inserted' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { type: 'taken', items: [storedItem(error.Item)] };
    }
  }

  async function insertGroup(items: readonly StoredItem[]): Promise<InsertOutcome> {
    const transaction = {
      TransactItems: items.map((item) => ({ Put: put(item) })),
      ReturnConsumedCapacity: 'TOTAL' as const,
    };
    try {
      await client.send(new TransactWriteCommand(transaction));
      return { type: 'inserted' };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const taken = (error.CancellationReasons ?? []).filter(({ Code }) => Code === 'ConditionalCheckFailed');
      if (taken.length === 0) throw error;
      return { type: 'taken', items: taken.map(({ Item }) => storedItem(Item)) };
    }
  }

  async function queryOnce(
    characterId: string,
    range: EventRange,
    start: QueryCommandOutput['LastEvaluatedKey'],
  ) {
    const { from = 0, to = newest, descending = false, limit } = range;
    return client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'Id = :id AND Version BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':id': characterId, ':from': from, ':to': to },
        ScanIndexForward: !descending,
        Limit: limit,
        ConsistentRead: true,
        ExclusiveStartKey: start,
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
  }

  return {
    insert: (items) => {
      const [first, ...others] = items;
      return first !== undefined && others.length === 0 ? insertOne(first) : insertGroup(items);
    },
    // An answer ends at 1 MB, so a page may take several; the limit counts over all of them.
    query: async (characterId, range) => {
      // DynamoDB refuses an empty range as invalid.
      if ((range.from ?? 0) > (range.to ?? newest)) return [];
      const items: StoredItem[] = [];
      let next: QueryCommandOutput['LastEvaluatedKey'];
      do {
        const answer = await queryOnce(characterId, { ...range, limit: range.limit - items.length }, next);
        items.push(...((answer.Items ?? []) as StoredItem[]));
        next = answer.LastEvaluatedKey;
      } while (next !== undefined && items.length < range.limit);
      return items;
    },
    ping: async () => {
      await queryOnce(' ', { limit: 1 }, undefined);
    },
    close: async () => client.destroy(),
  };
}

const newest = Number.MAX_SAFE_INTEGER;

// The document client translates answers, not errors: the item of a failed condition arrives marshalled.
function storedItem(item: { readonly [attribute: string]: AttributeValue } | undefined): StoredItem {
  return unmarshall(item ?? {}, { wrapNumbers: Number }) as StoredItem;
}
