import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Aggregate, type AggregateId, type Event, EventStoreFactory } from 'event-store-adapter-js';
import { countCosts } from './counted-client.ts';
import { createClient } from './put-event.ts';
import { serveLibrary } from './serve-library.ts';

type Happened = Event<CharacterId> & { readonly characterHitPoints: number; readonly note: string };

class CharacterId implements AggregateId {
  readonly typeName = 'Character';
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  asString = () => `${this.typeName}-${this.value}`;
}

class Character implements Aggregate<Character, CharacterId> {
  readonly typeName = 'Character';
  readonly id: CharacterId;
  readonly sequenceNumber: number;
  readonly hitPoints: number;
  readonly version: number;
  constructor(id: CharacterId, sequenceNumber: number, hitPoints: number, version: number) {
    this.id = id;
    this.sequenceNumber = sequenceNumber;
    this.hitPoints = hitPoints;
    this.version = version;
  }
  withVersion = (version: number) => new Character(this.id, this.sequenceNumber, this.hitPoints, version);
  updateVersion = (next: (version: number) => number) => this.withVersion(next(this.version));
}

const client = createClient();
await createTable(client, 'journal', 'journal-aid-index');
await createTable(client, 'snapshot', 'snapshot-aid-index');

const store = EventStoreFactory.ofDynamoDB<CharacterId, Character, Happened>(
  client,
  'journal',
  'snapshot',
  'journal-aid-index',
  'snapshot-aid-index',
  32,
  (json) => {
    const data = dataOf(json);
    return { ...data, aggregateId: new CharacterId(data.aggregateId.value) };
  },
  (json) => {
    const data = dataOf(json);
    return new Character(new CharacterId(data.id.value), data.sequenceNumber, data.hitPoints, data.version);
  },
);

await serveLibrary({
  // As in its README: a snapshot of the first event, and none later.
  append: async ({ characterId, version, characterHitPoints, note }) => {
    const aggregateId = new CharacterId(characterId);
    const event: Happened = {
      typeName: 'Happened',
      id: `${characterId}/${version}`,
      aggregateId,
      sequenceNumber: version + 1,
      occurredAt: new Date(),
      isCreated: version === 0,
      characterHitPoints,
      note,
    };
    if (version > 0) await store.persistEvent(event, version);
    else await store.persistEventAndSnapshot(event, new Character(aggregateId, 1, characterHitPoints, 1));
  },
  character: async (id) => {
    const snapshot = await store.getLatestSnapshotById(new CharacterId(id));
    if (snapshot === undefined) return undefined;
    const events = await store.getEventsByIdSinceSequenceNumber(snapshot.id, snapshot.sequenceNumber + 1);
    const hitPoints = events.reduce((sum, event) => sum + event.characterHitPoints, snapshot.hitPoints);
    return { id, hitPoints, version: snapshot.sequenceNumber + events.length - 1 };
  },
  lastEvents: async (id, count) => {
    const events = await store.getEventsByIdSinceSequenceNumber(new CharacterId(id), 0);
    return events.slice(-count).map(({ sequenceNumber }) => ({ version: sequenceNumber - 1 }));
  },
  costs: countCosts(client),
});

// The library declares a text, and hands over what it has parsed.
function dataOf(json: unknown) {
  return Reflect.get(Object(json), 'data');
}

async function createTable(of: DynamoDBClient, tableName: string, indexName: string): Promise<void> {
  await of.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pkey', AttributeType: 'S' },
        { AttributeName: 'skey', AttributeType: 'S' },
        { AttributeName: 'aid', AttributeType: 'S' },
        { AttributeName: 'seq_nr', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pkey', KeyType: 'HASH' },
        { AttributeName: 'skey', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: indexName,
          Projection: { ProjectionType: 'ALL' },
          KeySchema: [
            { AttributeName: 'aid', KeyType: 'HASH' },
            { AttributeName: 'seq_nr', KeyType: 'RANGE' },
          ],
        },
      ],
    }),
  );
}
