import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { gql } from 'graphql-tag';
import type { Logger } from 'pino';
import { landingPage } from './landing-page.ts';
import { costRules, maxErrors, parseOptions } from './limits.ts';
import type { OperationTelemetry } from './operation.ts';
import type { RequestContext } from './request-context.ts';
import { requestListener } from './request-listener.ts';
import { resolvers } from './resolvers.ts';
import { noteRootResults } from './root-results.ts';
import { requireScopes } from './scopes.ts';

/** The executable API over `schema.graphql`, which asks callers for their scopes. */
export function createSchema(): GraphQLSchema {
  const schema = makeExecutableSchema({
    typeDefs: gql(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8')),
    resolvers,
  });
  requireScopes(schema);
  noteRootResults(schema);
  return schema;
}

/** What the GraphQL server may be told. */
export type GraphqlServerOptions = {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Whether a browser that opens the endpoint gets Apollo Sandbox. */
  readonly sandbox: boolean;
  readonly log: Logger;
  readonly telemetry: OperationTelemetry;
};

/** The server of queries and mutations. It has to be started before it answers. */
export function createGraphqlServer({
  schema,
  introspection,
  sandbox,
  log,
  telemetry,
}: GraphqlServerOptions): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    introspection,
    includeStacktraceInErrorResponses: false,
    // Persisted queries would let a caller fill the server's memory.
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    parseOptions,
    validationRules: [...costRules],
    validationOptions: { maxErrors, hideSuggestions: !introspection },
    executionOptions: { maxCoercionErrors: maxErrors },
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      // It wraps every field's resolver, at more than the cost of all the rest of a request.
      ApolloServerPluginCacheControlDisabled(),
      sandbox ? landingPage() : ApolloServerPluginLandingPageDisabled(),
      requestListener({ log, telemetry }, introspection),
    ],
  });
}
