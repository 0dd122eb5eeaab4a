import { randomUUID } from 'node:crypto';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import type { Caller } from './caller.ts';
import { maskedError } from './error-masking.ts';
import { costRules, maxErrors, parseOptions } from './limits.ts';
import type { RequestContext } from './request-context.ts';

/** What subscriptions are answered with. */
export type SubscriptionOptions = {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** What the resolvers of the subscription with this id get, until the signal is aborted. */
  readonly contextOf: (requestId: string, end: AbortSignal, caller: Caller) => RequestContext;
};

/** What a connection carries from its beginning on. Without a caller nothing is answered on it. */
export type Connection = { caller?: Caller };

/** How many subscriptions a connection may have at a time. */
export const maxSubscriptions = 100;

/**
 * What graphql-ws is told to do: subscriptions only, at most 100 on a connection, faults masked and logged
 * like those of requests, and reads that end with the subscription.
 *
 * @see https://the-guild.dev/graphql/ws/docs/interfaces/server.ServerOptions
 */
export function subscriptionServer({
  schema,
  introspection,
  contextOf,
}: SubscriptionOptions): ServerOptions<Record<string, unknown>, Connection> {
  const rules = [
    ...specifiedRules,
    ...costRules,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const hideSuggestions = !introspection;
  const ends = new WeakMap<object, AbortController>();
  return {
    schema,
    onSubscribe: ({ subscriptions, extra: { caller } }, _, { query, operationName, variables }) => {
      if (Object.keys(subscriptions).length > maxSubscriptions) {
        return [refused(`Expected at most ${maxSubscriptions} subscriptions on a connection, got one more.`)];
      }
      if (caller === undefined) return [refused('Expected a connection whose caller is known.')];
      const document = parsed(query);
      if (document instanceof GraphQLError) return [document];
      const errors = validate(schema, document, rules, { maxErrors, hideSuggestions });
      if (errors.length > 0) return errors.map(invalid);
      if (getOperationAST(document, operationName)?.operation !== 'subscription') {
        return [refused('Expected a subscription; queries and mutations are answered over HTTP.')];
      }
      const end = new AbortController();
      const contextValue = contextOf(randomUUID(), end.signal, caller);
      ends.set(contextValue, end);
      return {
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue,
        hideSuggestions,
        options: { maxCoercionErrors: maxErrors },
      };
    },
    onOperation: (_, __, ___, { contextValue }, result) => {
      const context = contextValue as RequestContext;
      if (!isStream(result)) return masked(result as ExecutionResult, context);
      return endable(result, context, ends.get(context));
    },
  };
}

/** Tells a client that sends a subscription as a request where to send it instead. */
export const noSubscriptionsOverHttp: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation !== 'subscription') return;
      throw new GraphQLError(
        'Expected a query or a mutation: subscriptions are served over the WebSocket at this address (graphql-ws).',
        { extensions: { code: ApolloServerErrorCode.BAD_REQUEST, http: { status: 400 } } },
      );
    },
  }),
};

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, parseOptions);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return coded(error, ApolloServerErrorCode.GRAPHQL_PARSE_FAILED);
  }
}

function invalid(error: GraphQLError): GraphQLError {
  return coded(error, ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED);
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: ApolloServerErrorCode.BAD_REQUEST } });
}

function coded({ message, source, positions, path }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { source, positions, path, extensions: { code } });
}

function isStream(result: object): result is AsyncGenerator<ExecutionResult, void, void> {
  return Symbol.asyncIterator in result;
}

function masked(result: ExecutionResult, context: RequestContext): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map((error) => maskedError(error, context)) };
}

/**
 * The results of a subscription, faults masked: one in the stream itself is the last result. A generator that
 * waits answers `return` only when its wait is over, so that is what `end` is aborted for.
 */
function endable(
  results: AsyncGenerator<ExecutionResult, void, void>,
  context: RequestContext,
  end: AbortController | undefined,
): AsyncGenerator<ExecutionResult, void, void> {
  async function* all(): AsyncGenerator<ExecutionResult, void, void> {
    try {
      for await (const result of results) yield masked(result, context);
    } catch (cause) {
      const originalError = cause instanceof Error ? cause : new Error(String(cause));
      yield masked({ errors: [new GraphQLError(originalError.message, { originalError })] }, context);
    }
  }
  const stream = all();
  const endStream = stream.return.bind(stream);
  stream.return = (value) => {
    end?.abort();
    return endStream(value);
  };
  return stream;
}
