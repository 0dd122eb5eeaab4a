import { readFileSync } from 'node:fs';
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  parse,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';

const textOf = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const source = textOf('../schema.graphql');
const schema = buildSchema(source);
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];
const rootFields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
  (type) => Object.values(type?.getFields() ?? {}),
);
const isError = (type: GraphQLObjectType) => type.getInterfaces().some(({ name }) => name === 'Error');

describe('the schema', () => {
  test('describes everything', () => {
    const undescribed: string[] = [];
    visit(parse(source), {
      enter: (node) => {
        if (!('description' in node) || node.description !== undefined) return;
        if (!('name' in node) || ['Query', 'Mutation'].includes(node.name?.value ?? '')) return;
        undescribed.push(node.name?.value ?? node.kind);
      },
    });
    expect(undescribed).toEqual([]);
  });

  test('has types in PascalCase and fields in camelCase, and no kind of type in a name', () => {
    expect(types.map(({ name }) => name).filter((name) => !/^([A-Z][a-z0-9]+)+$/.test(name))).toEqual([]);
    expect(types.flatMap(fieldsOf).filter((name) => !/^[a-z][a-zA-Z0-9]*$/.test(name))).toEqual([]);
    expect(types.map(({ name }) => name).filter((name) => /(Type|Union|Interface|Enum)$/.test(name))).toEqual(
      [],
    );
  });

  test('has inputs that end in Input, and nothing else that does', () => {
    const wrong = types.filter((type) => isInputObjectType(type) !== type.name.endsWith('Input'));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('has queries that are named after what they answer', () => {
    const names = fieldsOf(schema.getQueryType() as GraphQLObjectType);
    expect(names.filter((name) => /^(get|query|fetch)[A-Z]/.test(name))).toEqual([]);
  });

  test('has root fields that may be null, so that one which fails leaves the others their answers', () => {
    expect(rootFields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual([]);
  });

  test('has unions that end in Result, of one success and of members that implement Error', () => {
    const unions = types.filter(isUnionType);
    expect(unions.map(({ name }) => name).filter((name) => !name.endsWith('Result'))).toEqual([]);
    const successes = unions.map((union) => [
      union.name,
      union.getTypes().filter((type) => !isError(type)).length,
    ]);
    expect(successes.filter(([, count]) => count !== 1)).toEqual([]);
  });

  test('has types that end in Error where they implement Error, and nowhere else', () => {
    const wrong = types.filter(isObjectType).filter((type) => isError(type) !== type.name.endsWith('Error'));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

/**
 * The contract is `schema.graphql` as the last release had it, committed as `contract.graphql` and copied anew
 * with every change of the version. A copy, not a look into git: tags are missing in a shallow clone, and on the
 * main branch the merge base is the commit itself. So a break of the contract shows in a review as what it is, a
 * change of that file.
 */
describe('the contract of the last release', () => {
  const contract = textOf('contract.graphql');
  const released = buildSchema(contract);

  test('is kept: what clients rely on has not gone', () => {
    for (const { description } of findDangerousChanges(released, schema)) {
      process.stdout.write(`To be told to clients: ${description}\n`);
    }
    expect(findBreakingChanges(released, schema).map(({ description }) => description)).toEqual([]);
  });

  test('is that of this version', () => {
    const { version } = JSON.parse(textOf('../package.json'));
    expect(contract.split('\n')[0]).toBe(`# The contract of version ${version}`);
  });
});
