import type { QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type DirectoryPlace, listOf } from '../directory-lists.ts';
import { StoreFault } from '../errors.ts';
import type { DirectoryEntry, DirectoryRange } from '../event-table.ts';
import type { Table } from './client.ts';
import { type MarshalledItem, marshalledKey } from './item-codec.ts';
import { answerOf } from './send.ts';
import { directoryIndexName, directoryProblem } from './table-schema.ts';

/** What moves a character to a list, through its first event. Fails if there is none. */
export function directoryUpdate({ tableName }: Pick<Table, 'tableName'>, place: DirectoryPlace) {
  return {
    TableName: tableName,
    Key: marshalledKey({ Id: place.characterId, Version: 0 }),
    UpdateExpression: 'SET #directory = :list, #listedAt = if_not_exists(#listedAt, :listedAt)',
    ConditionExpression: 'attribute_exists(Id)',
    ExpressionAttributeNames: { '#directory': 'Directory', '#listedAt': 'ListedAt' },
    ExpressionAttributeValues: marshall({ ':list': place.list, ':listedAt': place.listedAt }),
  };
}

/** The characters of a list, newest first. One query for each megabyte. Throws `DIRECTORY_MISSING`. */
export async function directory(
  table: Table,
  { archived, after, limit }: DirectoryRange,
  signal: AbortSignal,
): Promise<readonly DirectoryEntry[]> {
  const entries: DirectoryEntry[] = [];
  for (let hasMore = true; hasMore && entries.length < limit; ) {
    const rest = { archived, after: entries.at(-1) ?? after, limit: limit - entries.length };
    const answer = await directoryOnce(table, rest, signal);
    entries.push(...(answer.Items ?? []).map(directoryEntry));
    hasMore = answer.LastEvaluatedKey !== undefined;
  }
  return entries;
}

async function directoryOnce(
  table: Table,
  { archived = false, after, limit }: DirectoryRange,
  signal: AbortSignal,
): Promise<QueryCommandOutput> {
  const list = listOf(archived);
  const input = {
    TableName: table.tableName,
    IndexName: directoryIndexName,
    KeyConditionExpression: '#directory = :list',
    ExpressionAttributeNames: { '#directory': 'Directory' },
    ExpressionAttributeValues: marshall({ ':list': list }),
    ScanIndexForward: false,
    Limit: limit,
    ExclusiveStartKey:
      after && marshall({ Directory: list, ListedAt: after.listedAt, Id: after.characterId, Version: 0 }),
    ReturnConsumedCapacity: 'TOTAL' as const,
  };
  const sent = await table.calls.query(input, signal);
  if (sent.type === 'failed') await throwIfDirectoryIsMissing(table, sent.error, signal);
  return answerOf(sent);
}

// DynamoDB refuses a query of an index that is not there, or not yet, as invalid like any other mistake.
async function throwIfDirectoryIsMissing(
  { calls, tableName }: Table,
  cause: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (!(cause instanceof Error && cause.name === 'ValidationException')) return;
  const { Table: description = {} } = answerOf(await calls.describeTable({ TableName: tableName }, signal));
  const problem = directoryProblem(description);
  if (problem !== undefined) {
    throw new StoreFault('DIRECTORY_MISSING', problem, { retryable: false, cause });
  }
}

// Both are keys of the index, so every item in it has them as texts.
function directoryEntry({ Id, ListedAt }: MarshalledItem): DirectoryEntry {
  return { characterId: Id?.S ?? '', listedAt: ListedAt?.S ?? '' };
}
