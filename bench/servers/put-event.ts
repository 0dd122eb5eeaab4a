import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { NewEvent } from './bare-api.ts';

/** The table that bare servers write to, and this project's server too. */
export const tableName = process.env['EVENT_STORE_TABLE'] ?? 'event-store';

/** A client as the SDK makes it, for the engine of the benchmark. */
export function createClient(): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: process.env['DYNAMODB_ENDPOINT'] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

const client = createClient();

/** Stores one event with one conditional put, marshalled by hand: as little as the SDK lets one do. */
export function putEvent(event: NewEvent, recordedAt: string): Promise<unknown> {
  return client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        Id: { S: event.characterId },
        Version: { N: String(event.version) },
        CharacterName: { S: event.characterName },
        CharacterHitPoints: { N: String(event.characterHitPoints) },
        Note: { S: event.note },
        IdempotencyKey: { S: event.idempotencyKey },
        RecordedAt: { S: recordedAt },
      },
      ConditionExpression: 'attribute_not_exists(Id)',
    }),
  );
}
