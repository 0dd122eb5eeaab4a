import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, embedded } from '../engines/engines.ts';
import { openSubscriptions, tableCalls } from '../engines/scrape.ts';
import { type ServerHere, startServerHere } from '../engines/server-here.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { startTokenIssuer, type TokenIssuer } from '../engines/token-issuer.ts';
import { appendEvent, characters as listDocument } from '../graphql/documents.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

type Operation = 'query' | 'mutation' | 'subscription';
const roots: readonly (readonly [Operation, GraphQLObjectType | null | undefined])[] = [
  ['query', schema.getQueryType()],
  ['mutation', schema.getMutationType()],
  ['subscription', schema.getSubscriptionType()],
];

/** What tells of characters: a field of one of these types reaches a character. */
const typesOfCharacters = ['Character', 'CharacterState', 'Event'];

/** Types that lead to these, and types that tell of nothing but what was sent. */
const otherTypes = [
  'AppendEventSuccess',
  'AppendEventsSuccess',
  'CharacterConnection',
  'CharacterEdge',
  'EventAlreadyExistsError',
  'EventConnection',
  'EventEdge',
  'IdempotencyKeyReusedError',
  'InputIssue',
  'InvalidInputError',
  'NoEventFoundError',
  'PageInfo',
  'VersionGapError',
];

/** What a root field is asked with, to reach a character in the way that the field has. */
const argumentsOf: Readonly<Record<string, (id: string) => string>> = {
  'query character': (id) => `(id: ${quoted(id)})`,
  'query characterAt': (id) => `(id: ${quoted(id)}, version: 0)`,
  'query characterEvents': (id) => `(id: ${quoted(id)})`,
  'query characters': () => '(first: 100)',
  'mutation appendEvent': (id) => `(input: ${newEvent(id)})`,
  'mutation appendEvents': (id) => `(input: { events: [${newEvent(own)}, ${newEvent(id)}] })`,
  'mutation revertEvent': (id) => `(input: { characterId: ${quoted(id)}, version: 0 })`,
  'subscription eventAppended': (id) => `(characterId: ${quoted(id)}, afterVersion: -1)`,
  'subscription eventsAppended': (id) => `(characters: [{ characterId: ${quoted(id)}, afterVersion: -1 }])`,
  'subscription characterCreated': () => '',
};
/** Root fields that name no character: instead of being refused they tell of permitted ones only. */
const unnamed = ['query characters', 'subscription characterCreated'];

/** A way from a root field to a character, and the selection that goes it. */
type Path = { readonly root: string; readonly name: string; readonly selection: string };

const own = 'own rogue';
const foreign = 'foreign rogue';
const missing = 'missing rogue';
const secret = 'the secret of another';

let issuer: TokenIssuer;
let engine: EngineUnderTest;
let server: ServerHere;
let everything: string;
let restricted: string;
beforeAll(async () => {
  issuer = await startTokenIssuer();
  engine = await embedded.open();
  server = await startServerHere({ ...engine.environment, ...issuer.environment, FOLLOW_POLL_MS: '50' });
  everything = await issuer.sign({ sub: 'game master' });
  restricted = await issuer.sign({ characters: [own, missing] });
  for (const characterId of [own, foreign]) await append(characterId, characterId === own ? 'own' : secret);
});
afterAll(async () => {
  await server.stop();
  await engine.close();
  await issuer.stop();
});

function quoted(text: string): string {
  return JSON.stringify(text);
}

function newEvent(id: string): string {
  return `{ characterId: ${quoted(id)}, characterName: "Rogue", characterHitPoints: 1 }`;
}

async function append(characterId: string, note: string): Promise<void> {
  const input = { characterId, characterName: note, characterHitPoints: 8, note };
  const { data } = await server.graphql(appendEvent, { input }, everything);
  expect(data).toMatchObject({ appendEvent: { __typename: 'AppendEventSuccess' } });
}

function membersOf(type: GraphQLCompositeType): readonly GraphQLObjectType[] {
  if (isUnionType(type) || isInterfaceType(type)) return schema.getPossibleTypes(type);
  return [type];
}

/** Every way from a type to what tells of characters, each type entered at most twice on a way. */
function pathsFrom(type: GraphQLNamedType, seen: readonly string[] = []): readonly Omit<Path, 'root'>[] {
  if (!isCompositeType(type) || seen.filter((name) => name === type.name).length > 1) return [];
  return membersOf(type).flatMap((member) => {
    const on = member === type ? '' : `... on ${member.name} `;
    const leaves = Object.values(member.getFields())
      .filter(({ type: leaf, args }) => isLeafType(getNamedType(leaf)) && args.length === 0)
      .map(({ name }) => name);
    const here = typesOfCharacters.includes(member.name)
      ? [{ name: member.name, selection: `{ ${on}{ ${leaves.join(' ')} } }` }]
      : [];
    const further = Object.values(member.getFields()).flatMap((field) =>
      pathsFrom(getNamedType(field.type), [...seen, type.name]).map(({ name, selection }) => ({
        name: `${member.name}.${field.name} > ${name}`,
        selection: `{ ${on}{ ${field.name} ${selection} } }`,
      })),
    );
    return [...here, ...further].map((path) => ({
      ...path,
      selection: on === '' ? path.selection.replace(/^\{ \{(.*)\} \}$/s, '{$1}') : path.selection,
    }));
  });
}

const rootFields = roots.flatMap(([operation, type]) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ root: `${operation} ${field.name}`, field })),
);
const paths: readonly Path[] = rootFields.flatMap(({ root, field }) =>
  pathsFrom(getNamedType(field.type)).map((path) => ({ root, ...path })),
);
const named = paths.filter(({ root }) => !unnamed.includes(root));

function documentOf({ root, selection }: Path, id: string): string {
  const [operation, field = ''] = root.split(' ');
  return `${operation} { ${field}${argumentsOf[root]?.(id)} ${selection} }`;
}

/** What a document is answered with; a subscription: what comes first, or nothing where it is to get nothing. */
async function answerTo(
  document: string,
  token: string,
  { meanwhile = async () => {}, isAnswered = true } = {},
) {
  if (!document.startsWith('subscription')) return server.graphql(document, {}, token);
  const looks = () => tableCalls(server, { verb: 'directory', token: everything });
  await expect.poll(() => openSubscriptions(server, everything)).toBe(0);
  const before = await looks();
  const client = webSocketClient(server, {}, { authorization: `Bearer ${token}` });
  const subscriber = subscribe<Record<string, unknown>>(client, document);
  const isOver = () => subscriber.received.length + subscriber.errors.length > 0;
  // Tells of characters from its first look into the directory on.
  if (document.includes('characterCreated'))
    await expect.poll(async () => isOver() || (await looks()) > before).toBe(true);
  await meanwhile();
  if (isAnswered) await expect.poll(isOver).toBe(true);
  else await new Promise((resolve) => setTimeout(resolve, 200));
  await client.dispose();
  return { data: subscriber.received, errors: subscriber.errors };
}

describe('the authorization matrix', () => {
  test('covers every root field, and every way on from it', () => {
    expect(Object.keys(argumentsOf).toSorted()).toEqual(rootFields.map(({ root }) => root).toSorted());
    expect(new Set(paths.map(({ root }) => root))).toEqual(new Set(Object.keys(argumentsOf)));
  });

  test('knows of every type whether it tells of a character', () => {
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && !type.name.startsWith('__') && !roots.some(([, root]) => root === type),
    );
    const known = [...typesOfCharacters, ...otherTypes];
    expect(types.map(({ name }) => name).toSorted()).toEqual(known.toSorted());
  });

  test('has no field below the root that takes the id of a character', () => {
    const told = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) && !type.name.startsWith('__') && !roots.some(([, root]) => root === type)
        ? Object.values(type.getFields()).flatMap(({ args }) => args.map(({ name }) => name))
        : [],
    );
    expect(new Set(told)).toEqual(new Set(['first', 'after', 'last', 'before']));
  });

  test('has the fields that lead from one object to a character', () => {
    const leading = new Set(paths.flatMap(({ name }) => name.match(/\w+\.\w+/g) ?? []));
    expect([...leading].toSorted()).toEqual([
      'AppendEventSuccess.character',
      'AppendEventSuccess.event',
      'AppendEventsSuccess.characters',
      'AppendEventsSuccess.events',
      'Character.events',
      'CharacterConnection.edges',
      'CharacterConnection.nodes',
      'CharacterEdge.node',
      'Event.state',
      'EventAlreadyExistsError.event',
      'EventConnection.edges',
      'EventConnection.nodes',
      'EventEdge.node',
      'IdempotencyKeyReusedError.event',
    ]);
  });

  test.each(named)('$root, $name: another character is refused, whether it exists or not', async (path) => {
    const answers = [];
    for (const id of [foreign, 'nobody at all']) {
      const { data, errors } = await answerTo(documentOf(path, id), restricted);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(JSON.stringify([data, errors])).not.toContain(secret);
      for (const field of Object.values(data ?? {})) expect(field).toBeNull();
      answers.push({ data, errors });
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  test.each(named)('$root, $name: one’s own character is answered', async (path) => {
    const { data, errors } = await answerTo(documentOf(path, own), restricted);
    expect(errors ?? []).toEqual([]);
    expect(Object.values(data ?? {}).length).toBeGreaterThan(0);
  });

  test.each(paths.filter(({ root }) => unnamed.includes(root)))(
    '$root, $name: gives nothing of another character',
    async (path) => {
      const others = async () => {
        for (let nth = 0; nth < 3; nth += 1) await append(`foreign ${crypto.randomUUID()}`, secret);
      };
      const isAnswered = false;
      const ofRestricted = await answerTo(documentOf(path, own), restricted, {
        meanwhile: others,
        isAnswered,
      });
      expect(ofRestricted.errors ?? []).toEqual([]);
      expect(JSON.stringify(ofRestricted)).not.toMatch(/foreign|secret/);
      const ofAll = await answerTo(documentOf(path, own), everything, { meanwhile: others });
      expect(JSON.stringify(ofAll)).toMatch(/foreign|secret/);
    },
  );

  test('nothing was stored of what was refused', async () => {
    const { data } = await server.graphql(
      `{ character(id: ${quoted(foreign)}) { ... on Character { version } } }`,
      {},
      everything,
    );
    expect(data).toEqual({ character: { version: 0 } });
    expect((await engine.table.query('nobody at all', { limit: 1 })).length).toBe(0);
  });
});

describe('the scope', () => {
  const byScope = (scope: object) => issuer.sign({ scope: undefined, ...scope });
  const fieldsOf = (operation: string) => rootFields.filter(({ root }) => root.startsWith(operation));
  const any = ({ root }: { readonly root: string }) =>
    `${root.replace(' ', ' { ')}${argumentsOf[root]?.(own)} { __typename } }`;
  const forbidden = [{ message: expect.stringContaining('scope'), extensions: { code: 'FORBIDDEN' } }];

  test.each([...fieldsOf('query'), ...fieldsOf('subscription')])(
    'events:read is what $root asks for',
    async (field) => {
      const without = await answerTo(
        any(field),
        await byScope({ scp: ['events:append', 'events:readable'] }),
      );
      expect(without.errors).toMatchObject(forbidden);
      expect(Object.values(without.data ?? {}).every((value) => value === null)).toBe(true);
      const isAnswered = !unnamed.includes(field.root);
      const with_ = await answerTo(any(field), await byScope({ scp: ['events:read'] }), { isAnswered });
      expect(with_.errors ?? []).toEqual([]);
    },
  );

  test.each(fieldsOf('mutation'))('events:append is what $root asks for', async (field) => {
    expect((await answerTo(any(field), await byScope({ scope: 'events:read' }))).errors).toMatchObject(
      forbidden,
    );
    expect((await answerTo(any(field), await byScope({}))).errors).toMatchObject(forbidden);
    const { errors } = await answerTo(any(field), await byScope({ scope: 'email events:append' }));
    expect(errors).toBeUndefined();
  });

  test('events:append lets read what the mutation answers with', async () => {
    const input = { characterId: own, characterHitPoints: 1 };
    const document = `mutation ($input: AppendEventInput!) { appendEvent(input: $input) {
      ... on AppendEventSuccess { event { actor } character { events(first: 1) { nodes { version } } } }
    } }`;
    const { data } = await server.graphql(document, { input }, await byScope({ scope: 'events:append' }));
    expect(data).toEqual({
      appendEvent: { event: { actor: 'alice' }, character: { events: { nodes: [{ version: 0 }] } } },
    });
  });
});

describe('the list of characters of a restricted token', () => {
  const ids = Array.from({ length: 25 }, (_, nth) => `mine ${String(nth).padStart(2, '0')}`);
  let token: string;
  beforeAll(async () => {
    for (const id of ids) await append(id, 'mine');
    token = await issuer.sign({ characters: [...ids, 'never created', ...ids].toReversed() });
  });
  beforeEach(() => append(`between ${crypto.randomUUID()}`, 'other'));

  type Page = {
    readonly nodes: readonly { readonly id: string }[];
    readonly edges: readonly { readonly cursor: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
  const page = async (variables: object): Promise<Page> => {
    const { data } = await server.graphql(listDocument, variables, token);
    return data?.['characters'] as Page;
  };

  test('has full pages of those that exist, the newest first, each once', async () => {
    const first = await page({ first: 10 });
    const second = await page({ first: 10, after: first.pageInfo.endCursor });
    const third = await page({ first: 10, after: second.pageInfo.endCursor });
    const pages = [first, second, third];
    expect(pages.map(({ nodes }) => nodes.length)).toEqual([10, 10, 5]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
    expect(pages.flatMap(({ nodes }) => nodes.map(({ id }) => id))).toEqual(ids.toReversed());
  });

  test('is as the whole list has it', async () => {
    const all = await server.graphql(listDocument, { first: 100 }, everything);
    const whole = (all.data?.['characters'] as Page | undefined)?.nodes.filter(({ id }) => ids.includes(id));
    expect((await page({ first: 100 })).nodes).toEqual(whole);
  });

  test('has those that are put away apart', async () => {
    const [away = ''] = ids;
    const put = (archived: boolean) =>
      server.graphql(appendEvent, { input: { characterId: away, archived } }, everything);
    await put(true);
    expect((await page({ first: 100 })).nodes).toHaveLength(ids.length - 1);
    expect((await page({ archived: true })).nodes).toMatchObject([{ id: away }]);
    await put(false);
    expect((await page({ first: 100 })).nodes).toHaveLength(ids.length);
  });

  test('is empty for a token without characters', async () => {
    const none = await issuer.sign({ characters: [] });
    const { data } = await server.graphql(listDocument, {}, none);
    expect(data).toMatchObject({ characters: { nodes: [], pageInfo: { hasNextPage: false } } });
  });
});

test('a group with one event of another character is refused whole', async () => {
  const before = await engine.table.query(own, { limit: 1_000 });
  const document = `mutation { appendEvents(input: { events: [${newEvent(own)}, ${newEvent(foreign)}] }) { __typename } }`;
  const { data, errors } = await server.graphql(document, {}, restricted);
  expect(data).toEqual({ appendEvents: null });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(await engine.table.query(own, { limit: 1_000 })).toHaveLength(before.length);
});

test('a subscription to many with one character of another is refused whole', async () => {
  const client = webSocketClient(server, {}, { authorization: `Bearer ${restricted}` });
  const both = [own, foreign].map((id) => `{ characterId: ${quoted(id)}, afterVersion: -1 }`);
  const query = `subscription { eventsAppended(characters: [${both}]) { note } }`;
  const refused = subscribe<object>(client, query);
  await expect.poll(() => refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(refused.received).toEqual([]);
  await client.dispose();
});

test('a token tells of a character of its own that is created', async () => {
  const client = webSocketClient(server, {}, { authorization: `Bearer ${restricted}` });
  const looks = await tableCalls(server, { verb: 'directory', token: everything });
  const created = subscribe<object>(
    client,
    'subscription { characterCreated { id events { nodes { note } } } }',
  );
  await expect
    .poll(() => tableCalls(server, { verb: 'directory', token: everything }))
    .toBeGreaterThan(looks);
  await append(`foreign ${crypto.randomUUID()}`, secret);
  await append(missing, 'here now');
  expect(await created.until(1)).toEqual([
    { characterCreated: { id: missing, events: { nodes: [{ note: 'here now' }] } } },
  ]);
  await client.dispose();
});
