import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectToDynamoDb } from '../../src/store/dynamodb/client.ts';
import { createBareTable } from '../engines/bare-table.ts';
import { type EngineUnderTest, engines, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { runCommand, startServer } from '../engines/server-process.ts';
import { appendEvent, characterEvents, characters } from '../graphql/documents.ts';
import { goItem, wizardItems } from '../party.ts';

describe.each(engines)('verify on $name', ({ open }) => {
  let engine: EngineUnderTest;
  beforeEach(async () => {
    engine = await open();
    const [first, second, third] = wizardItems([8, -2, -3]);
    if (!first || !second || !third) throw new Error('Expected three items.');
    const changed = { ...first, CharacterHitPoints: 80 };
    const wrong = { ...third, Snapshot: { ...third.Snapshot, HitPoints: 30 } };
    await engine.table.insert([changed, second, wrong]);
    await engine.table.insert([goItem('gopher', 0, 8), goItem('gopher', 2, -3)]);
  });
  afterEach(() => engine.close());

  const verify = (...args: readonly string[]) => runCommand(['verify', ...args], engine.environment);

  test('says what is wrong and where, what it mends and what it cannot mend', async () => {
    const lost = [
      '"wizard", version 0: the event was changed: it says 80 hit points, the snapshots around it 8; it cannot be mended.',
      '"gopher", version 1: missing; it cannot be mended.',
      '"gopher", version 2: no snapshot of this program; it cannot be mended.',
    ];
    const found = await verify();
    expect(found).toMatchObject({ code: 1, stderr: '' });
    expect(found.stdout.split('\n').toSorted()).toEqual(
      [
        '',
        ...lost,
        '"gopher", version 0: no snapshot of this program; --repair mends it.',
        '"gopher", version 0: not in the directory; --repair mends it.',
        '"wizard", version 2: the snapshot says "Morgana" with 30 hit points, at most 8, the events say "Morgana" with 3 hit points, at most 8; --repair mends it.',
        '2 characters with 5 events verified; wrong: 6, mended: 0.',
      ].toSorted(),
    );
    const repaired = await verify('--repair');
    expect(repaired.code).toBe(1);
    expect(repaired.stdout.match(/; mended\.$/gm)).toHaveLength(3);
    const left = await verify();
    expect(left.code).toBe(1);
    expect(left.stdout.split('\n').slice(0, -2).toSorted()).toEqual(lost.toSorted());
  });

  test('answers in JSON, for one character', async () => {
    const { code, stdout } = await verify('--json', '--character', 'wizard');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      characters: 1,
      events: 3,
      findings: [
        { type: 'changed_event', characterId: 'wizard', from: 0, change: 80, changeBefore: 8 },
        { type: 'wrong_snapshot', from: 2, state: { hitPoints: 3 } },
      ],
    });
    expect(await verify('--character', 'nobody')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Expected a character with events, got "nobody", which has none.\n',
    });
  });
});

test.skipIf(!hasDynamoDb)(
  'a table of the Go program is verified, repaired, backfilled, listed and appended to',
  {
    timeout: 60_000,
  },
  async () => {
    const engine = await openDynamoDb();
    const environment = { ...engine.environment, EVENT_STORE_TABLE: `go-${crypto.randomUUID()}` };
    const { documents: client } = await connectToDynamoDb(engine.environment['DYNAMODB_ENDPOINT']);
    await createBareTable(client, environment.EVENT_STORE_TABLE);
    const changes = Array.from({ length: 150 }, (_, version) => (version === 0 ? 20 : (version % 3) - 1));
    const written = [
      ...changes.map((change, version) => goItem('gopher', version, change)),
      goItem('mole', 0, 5),
      { Id: 'gopherSNAPSHOT', Version: 0, LatestVersion: 149 },
    ];
    for (const Item of written)
      await client.send(new PutCommand({ TableName: environment.EVENT_STORE_TABLE, Item }));
    const run = (...args: readonly string[]) => runCommand(args, environment);

    expect(await run('verify')).toEqual({
      code: 1,
      stderr: '',
      stdout:
        '"gopher", versions 0 to 149: no snapshot of this program; --repair mends it.\n' +
        '"gopher", version 0: not in the directory; --repair mends it.\n' +
        '"mole", version 0: no snapshot of this program; --repair mends it.\n' +
        '"mole", version 0: not in the directory; --repair mends it.\n' +
        '1 id not looked at, with items that are no events: "gopherSNAPSHOT".\n' +
        '2 characters with 151 events verified; wrong: 4, mended: 0.\n',
    });
    expect(await run('verify', '--character', 'gopher', '--repair')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/wrong: 2, mended: 2\.\n$/),
    });
    expect(await run('table', 'status')).toMatchObject({ code: 1 });
    expect(await run('table', 'create')).toMatchObject({ code: 0 });
    expect((await run('directory', 'backfill')).stdout).toBe(
      '1 character entered, 1 in the directory before.\n' +
        '1 id not listed, with items that are no events: "gopherSNAPSHOT".\n',
    );

    const server = await startServer(environment);
    const ask = async (document: string, variables: object) =>
      (await server.graphql(document, variables)).data;
    const total = changes.reduce((sum, change) => sum + change);
    expect(await ask(characters, {})).toMatchObject({
      characters: {
        nodes: [
          { id: 'mole', hitPoints: 5 },
          { id: 'gopher', hitPoints: total, version: 149 },
        ],
      },
    });
    const input = {
      characterId: 'gopher',
      version: 150,
      characterHitPoints: -2,
      note: 'Slashing damage from goblin',
    };
    expect(await ask(appendEvent, { input })).toMatchObject({
      appendEvent: { __typename: 'AppendEventSuccess', character: { name: 'Gopher', hitPoints: total - 2 } },
    });
    expect(await ask(characterEvents, { id: 'gopher', last: 2 })).toMatchObject({
      characterEvents: { nodes: [{ note: 'from Go', state: { hitPoints: total } }, { version: 150 }] },
    });
    await server.stop('SIGTERM');

    expect(await run('verify', '--character', 'gopher')).toMatchObject({ code: 0 });
    expect(await run('verify', '--repair')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^2 characters with 152 events verified; wrong: 1, mended: 1\.$/m),
    });
    await engine.close();
  },
);
