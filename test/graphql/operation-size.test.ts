import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getIntrospectionQuery,
  getOperationAST,
  Kind,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { largestSizeOf, maxAnsweredFields, sizeError, sizeOf } from '../../src/graphql/operation-size.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

function sent(query: string, variables?: Readonly<Record<string, unknown>>) {
  const document = parse(query);
  expect(validate(schema, document, specifiedRules)).toEqual([]);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('Expected one operation.');
  return { schema, document, operation, variables };
}

const refusal = (query: string, variables?: Readonly<Record<string, unknown>>) =>
  sizeError(sizeOf(sent(query, variables)));

const fieldsOf = (query: string, variables?: Readonly<Record<string, unknown>>) =>
  sizeOf(sent(query, variables)).fields;

const event = `id characterId version characterName characterHitPoints note recordedAt reverts actor
  maximumHitPoints temporaryHitPoints experience archived
  state {
    characterId version name hitPoints highestHitPoints
    maximumHitPoints temporaryHitPoints experience level archived
  }`;
const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const wholeConnection = `edges { cursor node { ${event} } } nodes { ${event} } ${pageInfo} totalCount`;

describe('the fields of an answer are counted', () => {
  test.each<[string, number, string, Readonly<Record<string, unknown>>?]>([
    ['each once', 3, '{ character(id: "a") { ... on Character { id name } } }'],
    ['under each alias', 4, '{ a: character(id: "a") { __typename } b: character(id: "a") { __typename } }'],
    [
      'in every type that a union may be',
      3,
      '{ character(id: "a") { ... on Character { id } ... on Error { message } } }',
    ],
    ['for each item of a page', 12, '{ characters(first: 10) { nodes { id } } }'],
    [
      'by the size of a variable',
      1002,
      'query ($n: Int) { characterEvents(id: "a", first: $n) { ... on EventConnection { nodes { version } } } }',
      { n: 1000 },
    ],
    [
      'by the default of a variable',
      9,
      'query ($n: Int = 7) { characterEvents(id: "a", last: $n) { ... on EventConnection { nodes { version } } } }',
    ],
    ['by the most that a page may have', 102, '{ characters(first: 2000000) { nodes { id } } }'],
    [
      'for a page without a size',
      102,
      '{ characterEvents(id: "a") { ... on EventConnection { nodes { version } } } }',
    ],
    [
      'for a page without a size of a single character',
      103,
      '{ character(id: "a") { ... on Character { events { nodes { version } } } } }',
    ],
    [
      'for small pages without a size within a list',
      2 + 5 * (2 + 10),
      '{ characters(first: 5) { nodes { events { nodes { version } } } } }',
    ],
    [
      'where pages multiply',
      2 + 5 * (2 + 500 * 2),
      '{ characters(first: 5) { nodes { events(first: 500) { edges { node { version } } } } } }',
    ],
    [
      'through fragments, as often as they are spread',
      1 + 2 * 4,
      '{ a: characters(first: 3) { ...c } } fragment c on CharacterConnection { nodes { id } edges { cursor } }',
    ],
    [
      'in the answers of mutations',
      2 + 3 * 2,
      'mutation ($i: AppendEventsInput!) { appendEvents(input: $i) { ... on AppendEventsSuccess { events { id version } } } }',
      { i: { events: [{}, {}, {}] } },
    ],
    ['in lists of unknown length', 12, '{ __schema { types { name } } }'],
    [
      'not where they are skipped',
      1,
      'query ($no: Boolean = false) { character(id: "a") { ... on Character @include(if: $no) { id } ...s @skip(if: true) } } fragment s on Character { name }',
    ],
  ])('%s', (_, fields, query, variables) => {
    expect(fieldsOf(query, variables)).toBe(fields);
  });

  test('once for a fragment that is spread again in the same object, as execution does', () => {
    const doubling = Array.from(
      { length: 100 },
      (_, n) => `fragment f${n} on Character { ...f${n + 1} ...f${n + 1} }`,
    );
    const query = `{ character(id: "a") { ...f0 } } ${doubling.join(' ')} fragment f100 on Character { id }`;
    expect(fieldsOf(query)).toBe(2);
  });

  test('without walking every path through nested fragments', () => {
    const wide = Array.from(
      { length: 9 },
      (_, n) => `fragment f${n} on __Type { ${'abcdefgh'.replace(/./g, `$&: ofType { ...f${n + 1} } `)} }`,
    );
    const query = `{ __type(name: "Int") { ...f0 } } ${wide.join(' ')} fragment f9 on __Type { name }`;
    expect(fieldsOf(query)).toBe(
      1 + [1, 2, 3, 4, 5, 6, 7, 8, 9].reduce((sum, depth) => sum + 8 ** depth, 0) + 8 ** 9,
    );
  });
});

test('notes are counted besides, as often as an answer can have them', () => {
  const query = `{ characterEvents(id: "a", first: 300) { ... on EventConnection {
    edges { node { note again: note } } nodes { note version }
  } ... on Error { message } } }`;
  expect(sizeOf(sent(query))).toMatchObject({ fields: 1 + 1 + 300 * 3 + 1 + 300 * 2 + 1, notes: 900 });
});

test.each([
  [
    'query ($n: Int!) { characterEvents(id: "a", first: $n) { ... on EventConnection { nodes { note } } } }',
    1_002,
    0,
  ],
  ['query ($n: Int = 3) { characters(first: $n) { nodes { id } } }', 102, 0],
  ['query ($no: Boolean!) { character(id: "a") { ... on Character @include(if: $no) { id } } }', 2, 0],
  ['mutation ($i: AppendEventInput!) { appendEvent(input: $i) { __typename } }', 2, 100],
  [
    'mutation ($i: AppendEventsInput!) { appendEvents(input: $i) { ... on AppendEventsSuccess { events { id } } } }',
    102,
    100,
  ],
  [
    'mutation ($e: [AppendEventInput!]!) { appendEvents(input: { events: $e }) { ... on AppendEventsSuccess { events { id } } } }',
    102,
    100,
  ],
])('the largest size of %s is known without variables', (query, fields, events) => {
  expect(largestSizeOf(sent(query))).toMatchObject({ fields, events });
});

describe('an operation runs that', () => {
  test.each([
    [
      'asks for a page of 1,000 events with every field',
      `{ characterEvents(id: "a", first: 1000) { ... on EventConnection { ${wholeConnection} } } }`,
    ],
    [
      'asks for 100 characters with 10 events each',
      `{ characters(first: 100) { nodes { id name hitPoints highestHitPoints version createdAt updatedAt events(first: 10) { nodes { ${event} } } } } }`,
    ],
    [
      'is the full introspection query',
      getIntrospectionQuery({
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
      }),
    ],
    [
      'sends 100 events',
      `mutation { ${Array.from({ length: 100 }, (_, n) => `a${n}: appendEvent(input: { characterId: "a", characterHitPoints: 1 }) { __typename }`).join(' ')} }`,
    ],
  ])('%s', (_, query) => {
    expect(refusal(query)).toBeUndefined();
  });
});

test('every operation of the sheet runs, whatever its variables are', () => {
  const text = readFileSync(new URL('../../src/sheet/operations.graphql', import.meta.url), 'utf8');
  const document = parse(text);
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  expect(operations.length).toBeGreaterThan(5);
  for (const operation of operations) {
    if (operation.kind !== Kind.OPERATION_DEFINITION || operation.operation === 'subscription') continue;
    expect(sizeError(largestSizeOf({ schema, document, operation }))).toBeUndefined();
  }
});

describe('an operation is refused before it reads that', () => {
  const states = Array.from({ length: 70 }, (_, n) => `s${n}: state { hitPoints }`).join(' ');
  const aliases = (count: number, field: string) =>
    Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ');
  test.each([
    [
      'has 30 aliases of a nested list',
      `{ ${aliases(30, 'characters(first: 100) { nodes { events(first: 500) { edges { node { state { hitPoints } } } } } }')} }`,
    ],
    [
      'has a fragment of 70 states in 20 pages',
      `{ ${aliases(20, 'characterEvents(id: "a", first: 1000) { ...p }')} } fragment p on EventConnection { nodes { ${states} } }`,
    ],
    [
      'has 100 whole introspections',
      `{ ${aliases(100, '__schema { types { fields { args { name } } } }')} }`,
    ],
  ])('%s', (_, query) => {
    const error = refusal(query);
    expect(error?.extensions).toMatchObject({ code: 'OPERATION_TOO_LARGE', limit: maxAnsweredFields });
    expect(error?.extensions['asked']).toBeGreaterThan(maxAnsweredFields);
  });

  test('sends more than 100 events over all its fields', () => {
    const query = `mutation ($i: AppendEventsInput!) { ${aliases(2, 'appendEvents(input: $i) { __typename }')} }`;
    const events = Array.from({ length: 60 }, () => ({}));
    expect(refusal(query, { i: { events } })?.message).toBe(
      'Expected an operation with at most 100 events, got one with up to 120.',
    );
  });
});
