import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { lacksScope, type Scope } from './caller.ts';
import type { RequestContext } from './request-context.ts';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/**
 * Makes every root field ask for its scope before anything else: queries and subscriptions for `events:read`,
 * mutations for `events:append`. What a mutation answers with may be read. Changes the schema itself.
 */
export function requireScopes(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {}))
    field.resolve = withScope('events:read', field.resolve);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {}))
    field.resolve = withScope('events:append', field.resolve);
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {}))
    field.subscribe = withScope('events:read', field.subscribe);
}

function withScope(scope: Scope, resolve: Resolver = defaultFieldResolver): Resolver {
  return (source, args, context, info) => {
    const { caller } = context;
    if (caller !== 'anyone' && !caller.scopes.includes(scope)) throw lacksScope(scope);
    return resolve(source, args, context, info);
  };
}
