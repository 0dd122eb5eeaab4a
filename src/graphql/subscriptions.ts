import { randomUUID } from 'node:crypto';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import type { Caller } from './caller.ts';
import { maskedError } from './error-masking.ts';
import { costRules, eachOnce, maxErrors, parseOptions } from './limits.ts';
import { codesOf, type OperationTargets, tell } from './operation-log.ts';
import type { RequestContext } from './request-context.ts';
import { reportSubscription, type SubscriptionReport } from './subscription-report.ts';

/** What subscriptions are answered with. */
export type SubscriptionOptions = {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** What the resolvers of the subscription with this id get, until the signal is aborted. */
  readonly contextOf: (requestId: string, end: AbortSignal, caller: Caller) => RequestContext;
  /** Where subscriptions are told of, when they are over or refused. */
  readonly targets: OperationTargets;
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
  targets,
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
      if (errors.length > 0) return eachOnce(errors.map(invalid));
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
    onOperation: (_, __, ___, { document, operationName, contextValue }, result) => {
      const context = contextValue as RequestContext;
      const name = getOperationAST(document, operationName)?.name?.value;
      const report = reportSubscription(targets, context, name);
      if (isStream(result)) return endable(result, context, ends.get(context), report);
      const refusal = masked(result as ExecutionResult, context, report);
      report.end();
      return refusal;
    },
    onError: (_, __, ___, errors) => {
      const unnamed = { name: undefined, type: 'unknown', durationMs: 0, results: {} } as const;
      tell(targets, { ...unnamed, requestId: randomUUID(), errorCodes: codesOf(errors) });
    },
  };
}

/** Tells a client that sends a subscription as a request where to send it instead. */
export function refuseSubscription(operation: OperationDefinitionNode | undefined): void {
  if (operation?.operation !== 'subscription') return;
  throw new GraphQLError(
    'Expected a query or a mutation: subscriptions are served over the WebSocket at this address (graphql-ws).',
    { extensions: { code: ApolloServerErrorCode.BAD_REQUEST, http: { status: 400 } } },
  );
}

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

function masked(
  result: ExecutionResult,
  context: RequestContext,
  report: SubscriptionReport,
): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map((error) => maskedError(error, context));
  report.failed(codesOf(errors));
  return { ...result, errors };
}

/**
 * The results of a subscription, faults masked: one in the stream itself is the last result. A generator that
 * waits answers `return` only when its wait is over, so that is what `end` is aborted for.
 */
function endable(
  results: AsyncGenerator<ExecutionResult, void, void>,
  context: RequestContext,
  end: AbortController | undefined,
  report: SubscriptionReport,
): AsyncGenerator<ExecutionResult, void, void> {
  async function* all(): AsyncGenerator<ExecutionResult, void, void> {
    try {
      for await (const result of results) yield masked(result, context, report);
    } catch (cause) {
      const originalError = cause instanceof Error ? cause : new Error(String(cause));
      const errors = [new GraphQLError(originalError.message, { originalError })];
      yield masked({ errors }, context, report);
    } finally {
      report.end();
    }
  }
  const stream = all();
  const endStream = stream.return.bind(stream);
  stream.return = (value) => {
    end?.abort();
    // A stream that nobody has begun to read does not come by its own end.
    report.end();
    return endStream(value);
  };
  return stream;
}
