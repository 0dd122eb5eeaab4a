import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import type { ServerOptions, SubscribePayload } from 'graphql-ws';
import { createKeyedMutex } from '../store/keyed-mutex.ts';
import { createTurnQueue } from '../store/turn-queue.ts';
import type { Asked, RequestContext } from './context.ts';
import { codesOf } from './errors.ts';
import { createHoldings } from './holdings.ts';
import { mostOfSmallAnswer } from './large-answers.ts';
import { maxErrors } from './limits.ts';
import { sizeError, sizeOf } from './operation-size.ts';
import { documentReader } from './subscription-documents.ts';
import { type Connection, type SubscriptionContext, subscriber } from './subscription-results.ts';
import { type OperationReporters, reportOperation } from './telemetry.ts';
import type { AskedDocument, TrustedDocuments } from './trusted-documents.ts';

/** The settings of the subscription server. */
export type SubscriptionServerOptions = {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** The context of the subscription with this id. */
  readonly contextOf: (asked: Asked) => RequestContext;
  readonly documents: TrustedDocuments;
  readonly reporters: OperationReporters;
};

/** The most subscriptions that a connection has at a time. */
const maxSubscriptions = 100;
/** The most that a caller has over all connections, one counting as several that asks with more than 1,000 letters. */
const maxOfCaller = 1_000;
const lettersOfOne = 1_000;

/**
 * Options of graphql-ws: subscriptions only, at most 100 open on a connection and 1,000 of a caller, held to the limits
 * of requests, and to 2,000 fields in a result. Faults are masked and logged like those of requests; reads end with
 * their subscription.
 *
 * @see https://the-guild.dev/graphql/ws/docs/server/interfaces/ServerOptions
 */
export function subscriptionServer(
  options: SubscriptionServerOptions,
): ServerOptions<Record<string, unknown>, Connection> {
  const { schema, reporters } = options;
  const begin = beginner(options);
  const holdings = createHoldings(maxOfCaller);
  const oneOfCaller = createKeyedMutex();
  const turn = createTurnQueue();
  return {
    schema,
    onSubscribe: async ({ extra: connection }, _id, payload) => {
      const { open, countedAs } = connection;
      if (open.size >= maxSubscriptions) {
        return [
          badRequest(`Expected at most ${maxSubscriptions} subscriptions on a connection, got one more.`),
        ];
      }
      const giveBack = holdings.take(countedAs, Math.ceil(JSON.stringify(payload).length / lettersOfOne));
      if (giveBack === undefined) return [tooManySubscriptions()];
      const end = openSubscription(open, giveBack);
      const inTurn = async () => {
        await turn();
        return begin(connection, end, payload);
      };
      // A caller has one turn at a time, so that its thousands do not hold up those of others.
      const begun = await oneOfCaller([countedAs], inTurn, undefined);
      if (!('document' in begun)) end.abort();
      return begun;
    },
    subscribe: subscriber(reporters),
    onError: (_context, _id, _payload, errors) => {
      const refused = { requestId: randomUUID(), name: undefined, type: 'unknown', durationMs: 0 } as const;
      reportOperation(reporters, { ...refused, results: {}, errorCodes: codesOf(errors) }, undefined);
    },
  };
}

type Begin = (
  connection: Connection,
  end: AbortController,
  payload: SubscribePayload & Pick<AskedDocument, 'documentId'>,
) => ExecutionArgs | readonly GraphQLError[];

/** What begins a subscription: gives what graphql-js executes, or the errors that refuse it. */
function beginner({
  schema,
  introspection,
  contextOf,
  documents,
}: Omit<SubscriptionServerOptions, 'reporters'>): Begin {
  const documentOf = documentReader(schema, introspection);
  return (connection, end, payload) => {
    const { caller } = connection;
    if (caller === undefined) return [badRequest('Expected a connection whose caller is known.')];
    const asked = documents.textFor(payload);
    if (asked.type === 'refused') return [asked.error];
    const document = documentOf(asked.type === 'text' ? asked.text : payload.query);
    if (!('definitions' in document)) return document;
    const refusal = refusalOf(schema, document, payload);
    if (refusal !== undefined) return [refusal];
    const signals = { deadline: end.signal, clientGone: end.signal, isAbandoned: false };
    const countedAs = () => connection.countedAs;
    const context = contextOf({ requestId: randomUUID(), signals, caller, countedAs });
    const contextValue: SubscriptionContext = { ...context, end, connection };
    return {
      schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue,
      hideSuggestions: !introspection,
      options: { maxCoercionErrors: maxErrors },
    };
  };
}

/** What ends a subscription that begins. */
function openSubscription(open: Connection['open'], onEnd: () => void): AbortController {
  const end = new AbortController();
  open.add(end);
  end.signal.addEventListener('abort', () => open.delete(end), { once: true });
  end.signal.addEventListener('abort', onEnd, { once: true });
  // A page of an answer may start a read for each of its hundred characters.
  setMaxListeners(0, end.signal);
  return end;
}

/** Why an operation of a valid document is refused; `undefined` if it is not. */
function refusalOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables }: SubscribePayload,
): GraphQLError | undefined {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== 'subscription') {
    return badRequest('Expected a subscription; queries and mutations are answered over HTTP.');
  }
  return sizeError(sizeOf({ schema, document, operation, variables }), mostOfSmallAnswer.fields);
}

function tooManySubscriptions(): GraphQLError {
  const message = `Expected at most ${maxOfCaller} subscriptions of a caller over all connections, got more.`;
  return new GraphQLError(message, { extensions: { code: 'THROTTLED', retryable: true } });
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: ApolloServerErrorCode.BAD_REQUEST } });
}
