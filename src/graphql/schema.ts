import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLFieldResolver,
  GraphQLID,
  GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
} from 'graphql';
import { gql } from 'graphql-tag';
import { requireScope, type Scope } from './authorization.ts';
import { isAbandoned, type RequestContext } from './context.ts';
import { abandonedCode, codeOf } from './errors.ts';
import { resolvers } from './resolvers.ts';

/**
 * The executable API over `schema.graphql`. Every root field first checks the caller's scope: `events:read` for
 * queries and subscriptions, `events:append` for mutations, whose answers may be read. Every result of a root
 * field is counted. Only root fields are wrapped, so that the other fields of an answer cost nothing more.
 */
export function createSchema(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: gql(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8')),
    resolvers: {
      ...resolvers,
      ID: exactId,
      Query: mapped(resolvers.Query, (resolve) => counted(scoped('events:read', resolve))),
      Mutation: mapped(resolvers.Mutation, (resolve) => counted(scoped('events:append', resolve))),
      Subscription: mapped(resolvers.Subscription, ({ subscribe }) => ({
        subscribe: scoped('events:read', subscribe),
        resolve: counted(defaultFieldResolver),
      })),
    },
  });
}

const { parseValue } = GraphQLID;

/**
 * `ID` without numbers that JSON has rounded on their way, so that two ids never become one. Digits in the text of a
 * query are never rounded. It takes the place of graphql-js's own `ID`, in all of the process.
 */
const exactId = new GraphQLScalarType({
  ...GraphQLID.toConfig(),
  parseValue: (value) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return parseValue(value);
    throw new GraphQLError(
      `Expected an id as a string, or as a whole number up to ${Number.MAX_SAFE_INTEGER}: send it as a string.`,
    );
  },
});

/** Resolves a root field, whose source is always empty. */
type RootResolver = GraphQLFieldResolver<Readonly<Record<PropertyKey, never>>, RequestContext>;

function mapped<Field, Wrapped>(
  fields: Readonly<Record<string, Field>>,
  wrap: (field: Field) => Wrapped,
): Readonly<Record<string, Wrapped>> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, wrap(field)]));
}

function scoped(scope: Scope, resolve: RootResolver): RootResolver {
  return (source, args, context, info) => {
    requireScope(context.caller, scope);
    return resolve(source, args, context, info);
  };
}

function counted(resolve: RootResolver): RootResolver {
  return async (source, args, context, info) => {
    const { rootResults } = context;
    try {
      const answer: unknown = await resolve(source, args, context, info);
      rootResults.count(info.fieldName, typeNameOf(answer) ?? getNamedType(info.returnType).name);
      return answer;
    } catch (error) {
      const code = isAbandoned(context, info.operation.operation) ? abandonedCode : codeOf(error);
      rootResults.count(info.fieldName, code);
      throw error;
    }
  };
}

/** `null`, the member of a union that the answer is, or `undefined` where the field has one type only. */
function typeNameOf(answer: unknown): string | undefined {
  if (answer == null) return 'null';
  if (typeof answer !== 'object' || !('__typename' in answer)) return undefined;
  return typeof answer.__typename === 'string' ? answer.__typename : undefined;
}
