import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { ExecutionResult, ServerOptions } from 'graphql-ws';
import type { Caller } from './authorization.ts';
import type { OperationSignals, RequestContext } from './context.ts';
import { codesOf, eachOnce, maskedSubscriptionError } from './errors.ts';
import { answersOfSubscription } from './large-answers.ts';
import { costRules, maxErrors, parseOptions } from './limits.ts';
import {
  type OperationReporters,
  reportOperation,
  reportSubscription,
  type SubscriptionReport,
} from './telemetry.ts';

/** The settings of the subscription server. */
export type SubscriptionServerOptions = {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** The context of the subscription with this id. */
  readonly contextOf: (requestId: string, signals: OperationSignals, caller: Caller) => RequestContext;
  readonly reporters: OperationReporters;
};

/** The state of a connection. */
export type Connection = {
  /** Set when the connection is acknowledged, gone when it is closed; without one it gets no answer. */
  caller?: Caller;
  /** Its subscriptions. Aborting one ends it at once, whether it has started or not. */
  readonly open: Set<AbortController>;
};

/** The context of a subscription, with the controller that ends it. */
type SubscriptionContext = RequestContext & { readonly end: AbortController };

/** The most subscriptions that a connection has at a time. */
const maxSubscriptions = 100;

/**
 * Options of graphql-ws: subscriptions only, at most 100 open on a connection, held to the limits of requests.
 * Faults are masked and logged like those of requests; reads end with their subscription.
 *
 * @see https://the-guild.dev/graphql/ws/docs/server/interfaces/ServerOptions
 */
export function subscriptionServer({
  schema,
  introspection,
  contextOf,
  reporters,
}: SubscriptionServerOptions): ServerOptions<Record<string, unknown>, Connection> {
  const documentOf = documentReader(schema, introspection);
  return {
    schema,
    onSubscribe: ({ extra: { caller, open } }, _id, { query, operationName, variables }) => {
      if (open.size >= maxSubscriptions) {
        return [
          badRequest(`Expected at most ${maxSubscriptions} subscriptions on a connection, got one more.`),
        ];
      }
      if (caller === undefined) return [badRequest('Expected a connection whose caller is known.')];
      const document = documentOf(query);
      if (!('definitions' in document)) return document;
      if (getOperationAST(document, operationName)?.operation !== 'subscription') {
        return [badRequest('Expected a subscription; queries and mutations are answered over HTTP.')];
      }
      const end = new AbortController();
      open.add(end);
      end.signal.addEventListener('abort', () => open.delete(end), { once: true });
      // A page of an answer may start a read for each of its hundred characters.
      setMaxListeners(0, end.signal);
      const signals = { deadline: end.signal, clientGone: end.signal, isAbandoned: false };
      const context = contextOf(randomUUID(), signals, caller);
      const contextValue: SubscriptionContext = { ...context, answer: answersOfSubscription, end };
      return {
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue,
        hideSuggestions: !introspection,
        options: { maxCoercionErrors: maxErrors },
      };
    },
    onOperation: async (_context, _id, _payload, args, result) => started(args, await result, reporters),
    onError: (_context, _id, _payload, errors) => {
      const refused = { requestId: randomUUID(), name: undefined, type: 'unknown', durationMs: 0 } as const;
      reportOperation(reporters, { ...refused, results: {}, errorCodes: codesOf(errors) }, undefined);
    },
  };
}

/** Parses and validates a query. Gives its document, or the errors that refuse it. */
function documentReader(
  schema: GraphQLSchema,
  introspection: boolean,
): (query: string) => DocumentNode | readonly GraphQLError[] {
  const rules = [
    ...specifiedRules,
    ...costRules,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const options = { maxErrors, hideSuggestions: !introspection };
  return (query) => {
    try {
      const document = parse(query, parseOptions);
      const errors = validate(schema, document, rules, options);
      if (errors.length === 0) return document;
      return eachOnce(errors.map((error) => coded(error, ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED)));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return [coded(error, ApolloServerErrorCode.GRAPHQL_PARSE_FAILED)];
    }
  };
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: ApolloServerErrorCode.BAD_REQUEST } });
}

function coded({ message, source, positions, path }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { source, positions, path, extensions: { code } });
}

type Started = ExecutionResult | AsyncIterable<ExecutionResult>;

/** The results of a subscription that graphql-js has started, or the one result that refused it. */
function started(args: ExecutionArgs, result: Started, reporters: OperationReporters): Started {
  // graphql-ws hands on what `onSubscribe` returned, typed as any object.
  const context = args.contextValue as SubscriptionContext;
  const name = getOperationAST(args.document, args.operationName)?.name?.value;
  const report = reportSubscription(reporters, context, name);
  const { end } = context;
  if (end.signal.aborted) report.end();
  else end.signal.addEventListener('abort', report.end, { once: true });
  if (Symbol.asyncIterator in result) return endable(maskedResults(result, context, report), context);
  const refusal = masked(result, context, report);
  end.abort();
  return refusal;
}

function masked(
  result: ExecutionResult,
  context: RequestContext,
  report: SubscriptionReport,
): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map((error) => maskedSubscriptionError(error, context));
  report.failed(codesOf(errors));
  return { ...result, errors };
}

/** The results with faults masked. A fault of the stream itself is the last result. */
async function* maskedResults(
  results: AsyncIterable<ExecutionResult>,
  context: SubscriptionContext,
  report: SubscriptionReport,
): AsyncGenerator<ExecutionResult, void, void> {
  try {
    for await (const result of results) yield masked(result, context, report);
  } catch (cause) {
    const originalError = cause instanceof Error ? cause : new Error(String(cause));
    const errors = [new GraphQLError(originalError.message, { originalError })];
    yield masked({ errors }, context, report);
  } finally {
    context.end.abort();
  }
}

/**
 * The same results, ended at once by `return`, with which graphql-ws ends a subscription. A generator by itself
 * answers `return` only after its pending `next`, which may wait for hours: aborting the reads ends that wait. A
 * result that still comes is dropped: its id may be another operation's by now.
 */
function endable(
  results: AsyncGenerator<ExecutionResult, void, void>,
  { end }: SubscriptionContext,
): AsyncIterableIterator<ExecutionResult, void, void> {
  return {
    next: async () => {
      const result = await results.next();
      return end.signal.aborted ? { done: true, value: undefined } : result;
    },
    return: () => {
      end.abort();
      return results.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
