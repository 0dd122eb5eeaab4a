import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineUnderTest, engines } from '../engines/engines.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import {
  appendEvent,
  appendEvents,
  character,
  characterAt,
  characterEvents,
  characters,
  revertEvent,
} from '../graphql/documents.ts';
import { goblinAmbush, goItem, rogue } from '../party.ts';

describe.each(engines)('the API over HTTP on $name', ({ open }) => {
  let engine: EngineUnderTest;
  let server: ServerHere;
  beforeAll(async () => {
    engine = await open();
    server = await startServerHere(engine.environment);
  });
  afterAll(async () => {
    await server.stop();
    await engine.close();
  });

  const ask = async (document: string, variables: object) => {
    const { data, errors } = await server.graphql(document, variables);
    expect(errors).toBeUndefined();
    return Object.values(data ?? {})[0];
  };
  const append = (input: object) => ask(appendEvent, { input });

  describe('the scenario of the series', () => {
    test('appends the three events', async () => {
      for (const event of goblinAmbush) {
        expect(await append(event)).toMatchObject({
          __typename: 'AppendEventSuccess',
          duplicate: false,
          event: {
            characterId: rogue,
            version: event.version,
            characterHitPoints: event.characterHitPoints,
            note: event.note,
          },
          character: { id: rogue, name: 'cpustejovsky', version: event.version },
        });
      }
    });

    test('reads them back, equal to what was sent, in order', async () => {
      expect(await ask(characterEvents, { id: rogue })).toMatchObject({
        __typename: 'EventConnection',
        nodes: goblinAmbush.map((event) => ({ ...event, characterName: 'cpustejovsky' })),
        pageInfo: { hasNextPage: false, hasPreviousPage: false },
      });
    });

    test('sees the character at 3 hit points', async () => {
      expect(await ask(character, { id: rogue })).toMatchObject({
        __typename: 'Character',
        id: rogue,
        name: 'cpustejovsky',
        hitPoints: 3,
        version: 2,
        highestHitPoints: 8,
      });
    });

    test('sees the character at 6 hit points at version 1', async () => {
      expect(await ask(characterAt, { id: rogue, version: 1 })).toEqual({
        __typename: 'CharacterState',
        characterId: rogue,
        version: 1,
        name: 'cpustejovsky',
        hitPoints: 6,
        highestHitPoints: 8,
      });
    });

    test('learns that version 0 is taken, and by which event', async () => {
      expect(await append({ ...goblinAmbush[0], note: 'again' })).toMatchObject({
        __typename: 'EventAlreadyExistsError',
        characterId: rogue,
        version: 0,
        nextVersion: 3,
        event: { version: 0, note: 'Init', characterHitPoints: 8 },
        message: expect.stringContaining('0'),
      });
    });

    test('learns that version 7 would leave a gap', async () => {
      expect(await append({ ...goblinAmbush[1], version: 7 })).toMatchObject({
        __typename: 'VersionGapError',
        characterId: rogue,
        version: 7,
        nextVersion: 3,
      });
    });

    test('learns that an unknown character has no events', async () => {
      const nobody = { __typename: 'NoEventFoundError', characterId: 'nobody', missingVersion: null };
      expect(await ask(character, { id: 'nobody' })).toMatchObject(nobody);
      expect(await ask(characterAt, { id: 'nobody', version: 0 })).toMatchObject(nobody);
      expect(await ask(characterEvents, { id: 'nobody' })).toMatchObject(nobody);
      expect(await ask(characterAt, { id: rogue, version: 3 })).toMatchObject({
        characterId: rogue,
        missingVersion: 3,
      });
    });

    test('is answered with the stored event where it sends one again under its key', async () => {
      const potion = {
        characterId: 'cleric',
        characterName: 'C',
        characterHitPoints: 5,
        idempotencyKey: 'press',
      };
      const first = await append(potion);
      expect(first).toMatchObject({ __typename: 'AppendEventSuccess', duplicate: false });
      for (const again of [potion, { ...potion, version: 0 }, { ...potion, characterName: null }]) {
        expect(await append(again)).toEqual({ ...(first as object), duplicate: true });
      }
      expect(await append({ ...potion, note: 'another' })).toMatchObject({
        __typename: 'IdempotencyKeyReusedError',
        event: { version: 0, note: '' },
        message: expect.stringContaining('idempotency key'),
      });
    });

    test('lists the characters, the newest first, by pages', async () => {
      for (const id of ['list 1', 'list 2', 'list 3']) {
        await append({ characterId: id, characterName: 'L', characterHitPoints: 8 });
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await append({ characterId: 'list 1', characterHitPoints: -3 });
      type Page = {
        readonly edges: readonly { readonly cursor: string }[];
        readonly pageInfo: { readonly endCursor: string };
      };
      const first = (await ask(characters, { first: 2 })) as Page;
      expect(first).toMatchObject({
        nodes: [{ id: 'list 3' }, { id: 'list 2', hitPoints: 8 }],
        pageInfo: { hasNextPage: true, hasPreviousPage: false },
      });
      expect(first.edges.at(-1)?.cursor).toBe(first.pageInfo.endCursor);
      const second = await ask(characters, { first: 1, after: first.pageInfo.endCursor });
      expect(second).toMatchObject({
        nodes: [{ id: 'list 1', version: 1, hitPoints: 5 }],
        pageInfo: { hasPreviousPage: true },
      });
    });

    test.each([
      [{ first: 0 }, 'first', 'Expected a number from 1 to 100, got 0.'],
      [{ first: 101 }, 'first', 'Expected a number from 1 to 100, got 101.'],
      [{ after: 'x' }, 'after', 'Expected a cursor of the list of characters, got "x".'],
    ])('learns what is wrong with a list of %j', async (page, argument, message) => {
      const { data, errors } = await server.graphql(characters, page);
      expect(data).toEqual({ characters: null });
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', issues: [{ path: [argument], message }] } },
      ]);
    });

    test('sees the history and its length within a character, or what is wrong with the page', async () => {
      const history = /* GraphQL */ `
        query ($id: ID!, $first: Int) {
          character(id: $id) {
            ... on Character { version events(first: $first) { totalCount nodes { version } } }
          }
        }
      `;
      for (let wound = 0; wound < 3; wound += 1) {
        await append({ characterId: 'historian', characterName: 'H', characterHitPoints: -1 });
      }
      expect(await ask(history, { id: 'historian', first: 1 })).toEqual({
        version: 2,
        events: { totalCount: 3, nodes: [{ version: 0 }] },
      });
      const { data, errors } = await server.graphql(history, { id: 'historian', first: 1_001 });
      expect(data).toEqual({ character: { version: 2, events: null } });
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['first'] }] } },
      ]);
    });

    test('hits four characters at once, or none', async () => {
      const party = ['bard', 'monk', 'ranger', 'tank'];
      const group = (event: object) => ({
        events: party.map((characterId) => ({ characterId, characterName: 'P', ...event })),
      });
      const send = (input: object) => ask(appendEvents, { input });
      expect(await send(group({ characterHitPoints: 20 }))).toMatchObject({
        __typename: 'AppendEventsSuccess',
        duplicate: false,
        events: party.map((characterId) => ({ characterId, version: 0, state: { hitPoints: 20 } })),
        characters: party.map((id) => ({ id, version: 0, hitPoints: 20 })),
      });
      await append({ characterId: 'ranger', characterHitPoints: -1, note: 'dagger' });
      expect(await send(group({ version: 1, characterHitPoints: -6, note: 'fireball' }))).toMatchObject({
        __typename: 'EventAlreadyExistsError',
        characterId: 'ranger',
        version: 1,
        nextVersion: 2,
        event: { note: 'dagger' },
      });
      expect(await ask(character, { id: 'bard' })).toMatchObject({ version: 0 });
      expect(await send({ events: [] })).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: ['input', 'events'], message: 'Expected 1 to 100 events, got 0.' }],
      });
      const keys = group({ characterHitPoints: 1, idempotencyKey: 'same' });
      expect(await send(keys)).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [1, 2, 3].map((index) => ({ path: ['input', 'events', String(index), 'idempotencyKey'] })),
      });
    });

    test('learns where the input breaks a rule', async () => {
      expect(await append({ ...goblinAmbush[1], version: 3, note: 'n'.repeat(2_001) })).toEqual({
        __typename: 'InvalidInputError',
        message: 'input.note: Expected at most 2000 characters, got 2001.',
        issues: [{ path: ['input', 'note'], message: 'Expected at most 2000 characters, got 2001.' }],
      });
    });
  });

  test('takes an event back, once, and tells of every reason not to', async () => {
    await append({ characterId: 'sorcerer', characterName: 'Sorcerer', characterHitPoints: 9, version: 0 });
    await append({ characterId: 'sorcerer', characterHitPoints: -4 });
    const revert = (input: object) => ask(revertEvent, { input: { characterId: 'sorcerer', ...input } });
    expect(await revert({ version: 1 })).toMatchObject({
      __typename: 'AppendEventSuccess',
      duplicate: false,
      event: { version: 2, characterHitPoints: 4, note: 'Undo of version 1', reverts: 1 },
      character: { id: 'sorcerer', hitPoints: 9 },
    });
    expect(await revert({ version: 1, note: null })).toMatchObject({
      duplicate: true,
      event: { version: 2 },
    });
    expect(await revert({ version: 1, note: 'other' })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
      event: { version: 2 },
    });
    expect(await revert({ version: 7 })).toMatchObject({
      __typename: 'NoEventFoundError',
      missingVersion: 7,
    });
    expect(await revert({ characterId: 'nobody', version: 7 })).toMatchObject({
      __typename: 'NoEventFoundError',
      characterId: 'nobody',
      missingVersion: null,
    });
    expect(await revert({ version: -1 })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['input', 'version'] }],
    });
  });

  test('walks a history page by page, in both directions', async () => {
    await engine.table.insert(Array.from({ length: 7 }, (_, version) => goItem('pages', version, 1)));
    const walk = async (size: object, cursor: 'after' | 'before') => {
      const seen: number[] = [];
      let page: unknown = { [cursor]: undefined };
      for (let pages = 0; pages < 4; pages += 1) {
        const answer = (await ask(characterEvents, { id: 'pages', ...size, ...(page as object) })) as Page;
        const versions = answer.nodes.map(({ version }) => version);
        if (cursor === 'after') seen.push(...versions);
        else seen.unshift(...versions);
        page = { [cursor]: cursor === 'after' ? answer.pageInfo.endCursor : answer.pageInfo.startCursor };
        if (!(cursor === 'after' ? answer.pageInfo.hasNextPage : answer.pageInfo.hasPreviousPage)) break;
      }
      return seen;
    };
    expect(await walk({ first: 3 }, 'after')).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await walk({ last: 3 }, 'before')).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test.each([
    [{ first: 0 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ first: 1_001 }, 'first'],
    [{ last: 1_001 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
    [{ after: 'gibberish' }, 'after'],
    [{ before: '' }, 'before'],
  ])('refuses the page %j', async (page, field) => {
    expect(await ask(characterEvents, { id: rogue, ...page })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: [field] }],
    });
  });

  test('refuses a cursor of another character', async () => {
    await append({ characterId: 'other', characterName: 'Other', characterHitPoints: 1 });
    const { pageInfo } = (await ask(characterEvents, { id: 'other' })) as Page;
    expect(await ask(characterEvents, { id: rogue, after: pageInfo.endCursor })).toMatchObject({
      issues: [{ path: ['after'] }],
    });
  });

  test('treats null as left out', async () => {
    const nulls = { first: null, last: null, after: null, before: null };
    expect(await ask(characterEvents, { id: rogue, ...nulls })).toMatchObject({
      __typename: 'EventConnection',
    });
    const created = {
      characterId: 'nulls',
      version: null,
      characterName: 'N',
      characterHitPoints: 1,
      idempotencyKey: null,
    };
    expect(await append(created)).toMatchObject({ __typename: 'AppendEventSuccess' });
    expect(await append({ ...created, characterName: null })).toMatchObject({
      character: { name: 'N', version: 1 },
    });
  });

  test('refuses ids and versions that no event can have', async () => {
    expect(await ask(character, { id: '' })).toMatchObject({ issues: [{ path: ['id'] }] });
    expect(await ask(characterEvents, { id: 'x'.repeat(256) })).toMatchObject({ issues: [{ path: ['id'] }] });
    expect(await ask(characterAt, { id: rogue, version: -1 })).toMatchObject({
      issues: [{ path: ['version'] }],
    });
  });

  test('names an item that is no event, and logs what it holds under the id that the caller gets', async () => {
    await engine.table.insert([{ ...goItem('broken', 0, 8), Note: 7 }]);
    const { status, headers, data, errors } = await server.graphql(character, { id: 'broken' });
    const requestId = headers.get('x-request-id');
    expect({ status, data }).toEqual({ status: 200, data: { character: null } });
    const extensions = {
      code: 'UNREADABLE_EVENT',
      requestId,
      retryable: false,
      characterId: 'broken',
      version: 0,
      expected: 'Note to be a string',
    };
    const message = 'The stored item of version 0 of "broken" is no event: expected Note to be a string.';
    expect(errors).toMatchObject([{ message, extensions }]);
    const logged = () =>
      server
        .log()
        .split('\n')
        .find((line) => line.includes(requestId ?? '?'));
    await expect.poll(logged).toContain('\\"broken\\", version 0');
  });

  test('fails only the field whose stored number is beyond 32 bits', async () => {
    await engine.table.insert([goItem('giant', 0, 2 ** 40)]);
    const { data, errors } = await server.graphql(
      `{ rogue: character(id: "${rogue}") { __typename } giant: character(id: "giant") { ... on Character { hitPoints } } }`,
    );
    expect(data).toEqual({ rogue: { __typename: 'Character' }, giant: null });
    expect(errors).toMatchObject([
      { path: ['giant', 'hitPoints'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });

  test('may not be cached by anyone on the way', async () => {
    const { headers } = await server.graphql('{ __typename }');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('is ready', async () => {
    for (const probe of ['/livez', '/readyz']) {
      expect((await fetch(new URL(probe, server.url))).status).toBe(200);
    }
  });
});

type Page = {
  readonly nodes: readonly { readonly version: number }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};
