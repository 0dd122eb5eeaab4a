import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
} from 'graphql';
import { StoreFault } from '../store/errors.ts';
import { abandonedCode } from './operation.ts';
import { isAbandoned, type RequestContext } from './request-context.ts';

/**
 * Makes the root fields note their results in the context of the request. Only they are wrapped: a plugin that
 * looks at fields would be asked about each one of an answer.
 */
export function noteRootResults(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) field.resolve = noting(field);
  }
}

type RootField = GraphQLField<unknown, RequestContext>;

function noting(field: RootField): GraphQLFieldResolver<unknown, RequestContext> {
  const { name, resolve = defaultFieldResolver } = field;
  return async (source, args, context, info) => {
    try {
      const answer = await resolve(source, args, context, info);
      note(context, name, typeNameOf(answer, field));
      return answer;
    } catch (error) {
      const isInVain = isAbandoned(context, info.operation.operation);
      note(context, name, isInVain ? abandonedCode : codeOf(error));
      throw error;
    }
  };
}

function note({ rootResults }: RequestContext, field: string, result: string): void {
  const ofField = rootResults[field] ?? {};
  rootResults[field] = ofField;
  ofField[result] = (ofField[result] ?? 0) + 1;
}

function typeNameOf(answer: unknown, { type }: Pick<RootField, 'type'>): string {
  if (answer == null) return 'null';
  const named = getNamedType(type);
  return isAbstractType(named) ? Reflect.get(Object(answer), '__typename') : named.name;
}

function codeOf(error: unknown): string {
  if (error instanceof StoreFault) return error.code;
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  return typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
}
