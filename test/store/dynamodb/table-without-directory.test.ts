import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectToDynamoDb } from '../../../src/store/dynamodb/client.ts';
import { createBareTable } from '../../engines/bare-table.ts';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../../engines/engines.ts';
import { type ServerHere, startServerHere } from '../../engines/server-here.ts';
import { appendEvent, character, characters } from '../../graphql/documents.ts';
import { goblinAmbush, rogue } from '../../party.ts';

describe.skipIf(!hasDynamoDb)('a table without the index of the directory', () => {
  let engine: EngineUnderTest;
  let server: ServerHere;
  beforeEach(async () => {
    engine = await openDynamoDb();
    const { documents: client } = await connectToDynamoDb(engine.environment['DYNAMODB_ENDPOINT']);
    const TableName = `go-${crypto.randomUUID()}`;
    await createBareTable(client, TableName);
    server = await startServerHere({ ...engine.environment, EVENT_STORE_TABLE: TableName });
  });
  afterEach(async () => {
    await server.stop();
    await engine.close();
  });

  test('serves everything but the list of characters, which says what is missing', async () => {
    for (const input of goblinAmbush) {
      const { data } = await server.graphql(appendEvent, { input });
      expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
    }
    expect((await server.graphql(character, { id: rogue })).data).toMatchObject({
      character: { hitPoints: 3 },
    });
    const { data, errors } = await server.graphql(characters);
    expect(data).toEqual({ characters: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('character-events table create'),
        extensions: { code: 'DIRECTORY_MISSING', retryable: false },
      },
    ]);
  });
});
