import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { EventStore, EventType } from '@castore/core';
import { DynamoDBSingleTableEventStorageAdapter } from '@castore/event-storage-adapter-dynamodb';
import { countCosts } from './counted-client.ts';
import { createClient } from './put-event.ts';
import { serveLibrary } from './serve-library.ts';

type Payload = { readonly characterHitPoints: number; readonly note: string };
type Happened = { readonly aggregateId: string; readonly version: number; readonly payload: Payload };
type Character = { readonly aggregateId: string; readonly version: number; readonly hitPoints: number };

const tableName = 'castore-events';
const client = createClient();
await client.send(
  new CreateTableCommand({
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'aggregateId', AttributeType: 'S' },
      { AttributeName: 'version', AttributeType: 'N' },
      { AttributeName: 'eventStoreId', AttributeType: 'S' },
      { AttributeName: 'timestamp', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'aggregateId', KeyType: 'HASH' },
      { AttributeName: 'version', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'initialEvents',
        Projection: { ProjectionType: 'KEYS_ONLY' },
        KeySchema: [
          { AttributeName: 'eventStoreId', KeyType: 'HASH' },
          { AttributeName: 'timestamp', KeyType: 'RANGE' },
        ],
      },
    ],
  }),
);

const store = new EventStore({
  eventStoreId: 'CHARACTERS',
  eventTypes: [new EventType<'HAPPENED', Payload>({ type: 'HAPPENED' })],
  reducer: (before: Character, { aggregateId, version, payload }: Happened): Character => ({
    aggregateId,
    version,
    hitPoints: (before?.hitPoints ?? 0) + payload.characterHitPoints,
  }),
  eventStorageAdapter: new DynamoDBSingleTableEventStorageAdapter({ tableName, dynamoDBClient: client }),
});

await serveLibrary({
  append: ({ characterId, version, characterHitPoints, note }) =>
    // Its versions begin with 1.
    store.pushEvent({
      aggregateId: characterId,
      version: version + 1,
      type: 'HAPPENED',
      payload: { characterHitPoints, note },
    }),
  character: async (id) => {
    const { aggregate } = await store.getAggregate(id);
    return aggregate && { id, hitPoints: aggregate.hitPoints, version: aggregate.version - 1 };
  },
  lastEvents: async (id, count) => {
    const { events } = await store.getEvents(id, { reverse: true, limit: count });
    return events.slice(0, count).map(({ version }) => ({ version: version - 1 }));
  },
  costs: countCosts(client),
});
