import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent, appendEvents, character, characters, revertEvent } from '../graphql/documents.ts';

describe.each(engines)('a character that a table can play, on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  beforeAll(async () => {
    engine = await open();
    server = await startServer(engine.environment);
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    await engine.close();
  });

  const ask = async (document: string, variables: object) => {
    const { data, errors } = await server.graphql(document, variables);
    expect(errors).toBeUndefined();
    return Object.values(data ?? {})[0];
  };
  const append = (input: object) => ask(appendEvent, { input });
  const create = (characterId: string, more: object = {}) =>
    append({
      characterId,
      characterName: characterId,
      characterHitPoints: 14,
      maximumHitPoints: 20,
      ...more,
    });

  test('has a maximum, temporary hit points, experience and a level', async () => {
    expect(await create('hero', { temporaryHitPoints: 5, experience: 900 })).toMatchObject({
      event: {
        characterHitPoints: 14,
        maximumHitPoints: 20,
        temporaryHitPoints: 5,
        experience: 900,
        archived: null,
        state: { hitPoints: 14, maximumHitPoints: 20, temporaryHitPoints: 5, experience: 900, level: 3 },
      },
      character: { maximumHitPoints: 20, temporaryHitPoints: 5, experience: 900, level: 3, archived: false },
    });
    expect(await append({ characterId: 'hero', characterHitPoints: -7 })).toMatchObject({
      event: { maximumHitPoints: null, temporaryHitPoints: null, experience: null },
      character: { hitPoints: 12, temporaryHitPoints: 0 },
    });
    expect(await append({ characterId: 'hero', characterHitPoints: 100 })).toMatchObject({
      character: { hitPoints: 20, highestHitPoints: 20 },
    });
    expect(await ask(character, { id: 'hero' })).toMatchObject({
      hitPoints: 20,
      maximumHitPoints: 20,
      level: 3,
    });
  });

  test('may have events that change no hit points, and null is the same as left out', async () => {
    const nothing = { maximumHitPoints: null, temporaryHitPoints: null, experience: null, archived: null };
    await create('quiet');
    expect(await append({ characterId: 'quiet', ...nothing, experience: 300 })).toMatchObject({
      event: { characterHitPoints: 0, ...nothing, experience: 300 },
      character: { hitPoints: 14, maximumHitPoints: 20, experience: 300, level: 2 },
    });
  });

  test('compares what is sent again by all that it says, and not by what is left out', async () => {
    await create('keyed');
    const sent = { characterId: 'keyed', temporaryHitPoints: 5, idempotencyKey: 'ward' };
    expect(await append(sent)).toMatchObject({ duplicate: false });
    expect(await append(sent)).toMatchObject({ duplicate: true });
    expect(await append({ characterId: 'keyed', idempotencyKey: 'ward' })).toMatchObject({ duplicate: true });
    expect(await append({ ...sent, temporaryHitPoints: 6 })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    });
    expect(await append({ ...sent, experience: 0 })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    });
  });

  test('is told every number that is out of bounds', async () => {
    const input = { characterId: 'x', maximumHitPoints: 0, temporaryHitPoints: -1, experience: 1_000_001 };
    expect(await append(input)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [
        { path: ['input', 'maximumHitPoints'], message: 'Expected a whole number from 1 to 1000000, got 0.' },
        { path: ['input', 'temporaryHitPoints'] },
        { path: ['input', 'experience'] },
      ],
    });
  });

  test('is put away into the other list, where it goes on, and comes back by an undo', async () => {
    const listed = async (archived?: boolean) => {
      const page = await ask(characters, { first: 100, archived });
      return (page as { nodes: readonly { id: string }[] }).nodes.map(({ id }) => id);
    };
    await create('retired');
    await create('active');
    expect(await append({ characterId: 'retired', archived: true })).toMatchObject({
      event: { version: 1, archived: true, state: { archived: true } },
      character: { archived: true },
    });
    expect(await listed()).not.toContain('retired');
    expect(await listed()).toContain('active');
    expect(await listed(true)).toEqual(['retired']);
    expect(await append({ characterId: 'retired', characterHitPoints: 1 })).toMatchObject({
      character: { hitPoints: 15, archived: true },
    });
    expect(await ask(revertEvent, { input: { characterId: 'retired', version: 1 } })).toMatchObject({
      event: { archived: false, reverts: 1 },
      character: { hitPoints: 15, archived: false },
    });
    expect(await listed()).toContain('retired');
    expect(await listed(true)).toEqual([]);
  });

  test('is changed in groups too', async () => {
    const names = ['bard', 'monk'];
    const events = names.map((name, nth) => ({
      characterId: name,
      characterName: name,
      maximumHitPoints: 7 + nth,
    }));
    const heal = names.map((characterId) => ({ characterId, characterHitPoints: 9, experience: 50 }));
    expect(await ask(appendEvents, { input: { events: [...events, ...heal] } })).toMatchObject({
      events: [{}, {}, { version: 1, experience: 50, state: { hitPoints: 7 } }, { state: { hitPoints: 8 } }],
      characters: [
        { hitPoints: 7, maximumHitPoints: 7, experience: 50 },
        { hitPoints: 8, maximumHitPoints: 8 },
      ],
    });
  });
});
