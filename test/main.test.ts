import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { open as openLmdb } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, engines, hasDynamoDb, openDynamoDb } from './engines/engines.ts';
import { freePort } from './engines/free-port.ts';
import { runServerToItsEnd, type ServerProcess, startServer } from './engines/server-process.ts';
import { appendEvent, character, characterEvents } from './graphql/documents.ts';
import { goblinAmbush, rogue } from './party.ts';

let folder: string;
const running: ServerProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'character-server-'));
});
afterEach(async () => {
  await Promise.all(
    running.splice(0).map((server) => server.process.exitCode === null && server.stop('SIGKILL')),
  );
  await rm(folder, { recursive: true, force: true });
});

async function start(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServer(environment, { cwd: folder });
  running.push(server);
  return server;
}

describe('a start', () => {
  test('says where it listens, which store it uses and where the data is', async () => {
    const { startUpLine } = await start({});
    expect(startUpLine).toMatch(
      /^Listening on http:\/\/127\.0\.0\.1:\d+\/graphql, embedded store in \/.*\/data$/,
    );
  });

  test('reads a .env file, and lets the environment win', async () => {
    await writeFile(join(folder, '.env'), 'EVENT_STORE_PATH=elsewhere\nHOST=192.0.2.1\n');
    const { startUpLine } = await start({ HOST: '127.0.0.1' });
    expect(startUpLine).toContain('/elsewhere');
  });

  test('reads a .env file that begins with a byte-order mark as if it had none', async () => {
    await writeFile(join(folder, '.env'), '\ufeffEVENT_STORE_PATH=elsewhere\r\nLOG_LEVEL="info"\r\n');
    expect((await start({})).startUpLine).toContain('/elsewhere');
  });

  test.skipIf(!hasDynamoDb)(
    'takes an empty variable of AWS for none, from a copied .env.example too',
    async () => {
      const engine = await openDynamoDb();
      await mkdir(join(folder, '.aws'));
      await writeFile(join(folder, '.aws', 'config'), '[default]\nregion = eu-west-1\n');
      await copyFile(new URL('../.env.example', import.meta.url), join(folder, '.env'));
      const keys = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
      for (const empty of [
        {},
        { AWS_REGION: '' },
        { AWS_REGION: '', AWS_PROFILE: '', AWS_MAX_ATTEMPTS: '' },
      ]) {
        const { startUpLine } = await start({
          ...engine.environment,
          ...keys,
          ...empty,
          PORT: '0',
          HOME: folder,
        });
        expect(startUpLine).not.toContain('since none are set');
      }
      await engine.close();
    },
  );

  test.skipIf(!hasDynamoDb)('says what it made up for an endpoint of its own', async () => {
    const engine = await openDynamoDb();
    const { startUpLine } = await start(engine.environment);
    expect(startUpLine).toContain(
      `DynamoDB table ${engine.environment['EVENT_STORE_TABLE']} at http://127.0.0.1:`,
    );
    expect(startUpLine).toContain('with region us-east-1 and credentials local/local since none are set');
    await engine.close();
  });
});

describe('a start is refused in one sentence, without a stack trace,', () => {
  async function refusal(environment: Readonly<Record<string, string>>): Promise<string> {
    const { code, stdout, stderr } = await runServerToItsEnd(environment, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr;
  }

  test('where variables are wrong, a sentence each', async () => {
    const { code, stderr } = await runServerToItsEnd({ PORT: 'http', LOG_LEVEL: 'loud' }, { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'PORT: expected a port from 0 to 65535, got "http".\n' +
        'LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, got "loud".\n',
    );
  });

  test('where the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    expect(await refusal({ PORT: port })).toContain(`port ${port} of 127.0.0.1`);
    other.close();
  });

  test('where the data folder cannot be a folder', async () => {
    await writeFile(join(folder, 'data'), 'a file');
    expect(await refusal({})).toContain(join(folder, 'data'));
  });

  test.skipIf(process.getuid?.() === 0)('where the data folder may not be written', async () => {
    await chmod(folder, 0o500);
    expect(await refusal({})).toContain(join(folder, 'data'));
  });

  test('where the data folder holds another format', async () => {
    const root = openLmdb({ path: join(folder, 'data') });
    await root.openDB('format', {}).put('format', 99);
    await root.close();
    expect(await refusal({})).toContain('format 99');
  });

  test('where AWS is meant and no region is set', async () => {
    expect(await refusal({ EVENT_STORE: 'dynamodb', HOME: folder })).toContain('AWS_REGION');
  });

  test('where a region or credentials are set and do not work', async () => {
    const other = { EVENT_STORE: 'dynamodb', DYNAMODB_ENDPOINT: 'http://127.0.0.1:1', HOME: folder };
    expect(await refusal({ ...other, AWS_REGION: 'eu_west_1' })).toBe(
      'The AWS SDK has no region: Region not accepted: region="eu_west_1" is not a valid hostname component.\n',
    );
    expect(await refusal({ ...other, AWS_PROFILE: 'nobody' })).toBe(
      'The AWS SDK has no credentials, although AWS_PROFILE is set: Could not load credentials from any providers\n',
    );
  });

  test('where nothing answers at the DynamoDB endpoint', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const message = await refusal({ EVENT_STORE: 'dynamodb', DYNAMODB_ENDPOINT: endpoint });
    expect(message).toContain(endpoint);
    expect(message).toContain('ECONNREFUSED');
  });

  test.skipIf(!hasDynamoDb)('where the table has other keys', async () => {
    const engine = await openDynamoDb();
    const endpoint = engine.environment['DYNAMODB_ENDPOINT'] ?? '';
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    await new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }).send(
      new CreateTableCommand({
        TableName: 'other-keys',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    expect(await refusal({ ...engine.environment, EVENT_STORE_TABLE: 'other-keys' })).toBe(
      'The table other-keys has the keys pk (HASH, S), expected Id (HASH, S) and Version (RANGE, N).\n',
    );
    await engine.close();
  });
});

describe('a stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s lets requests in flight finish and exits with 0',
    async (signal) => {
      const server = await start({});
      const requests = Array.from({ length: 50 }, (_, index) =>
        server.graphql(appendEvent, {
          input: { characterId: `c${index}`, characterName: 'C', characterHitPoints: 1 },
        }),
      );
      await Promise.race(requests);
      const code = server.stop(signal);
      const answers = await Promise.allSettled(requests);
      expect(await code).toBe(0);
      const acknowledged = answers.flatMap((answer) =>
        answer.status === 'fulfilled' && answer.value.data ? [answer.value.data] : [],
      );
      expect(acknowledged.length).toBeGreaterThan(0);

      const again = await start({});
      for (const data of acknowledged) {
        const { event } = (data as { appendEvent: { event: { characterId: string } } }).appendEvent;
        const read = await again.graphql(character, { id: event.characterId });
        expect(read.data).toMatchObject({ character: { __typename: 'Character' } });
      }
    },
  );
});

describe.each(engines)('what is acknowledged on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
  });
  afterEach(() => engine.close());

  test('is there after kill -9 and a new start', async () => {
    for (const event of goblinAmbush) {
      const server = await start(engine.environment);
      const { data } = await server.graphql(appendEvent, { input: event });
      await server.stop('SIGKILL');
      expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
    }
    const server = await start(engine.environment);
    const { data } = await server.graphql(characterEvents, { id: rogue });
    expect(data).toMatchObject({ characterEvents: { nodes: goblinAmbush } });
  });

  test('by one of two processes is seen by the other at once', async () => {
    const servers = [await start(engine.environment), await start(engine.environment)];
    for (let version = 0; version < 40; version += 1) {
      const [writer, reader] = version % 2 === 0 ? servers : servers.toReversed();
      await writer?.graphql(appendEvent, {
        input: { characterId: rogue, version, characterName: 'R', characterHitPoints: 1 },
      });
      const { data } = (await reader?.graphql(character, { id: rogue })) ?? {};
      expect(data).toMatchObject({ character: { version, hitPoints: version + 1 } });
    }
  });
});
