import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequest,
  type GraphQLRequestContextWillSendResponse,
} from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import { trace } from '@opentelemetry/api';
import {
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { deadlinePassed } from '../store/errors.ts';
import { createPause, createTurnQueue, type Pause } from '../store/turn-queue.ts';
import { isAbandoned, type RequestContext } from './context.ts';
import {
  abandonedCode,
  codeOf,
  codesOf,
  eachOnce,
  maskedError,
  maskedFault,
  withoutSuggestion,
} from './errors.ts';
import { jsonInTurns } from './json-in-turns.ts';
import { answerTooLargeCode, createLargeAnswers, isSmall } from './large-answers.ts';
import { costRules, maxErrors, parseOptions } from './limits.ts';
import { largestSizeOf, operationTooLargeCode, sizeError, sizeOf } from './operation-size.ts';
import { type OperationReporters, reportOperation } from './telemetry.ts';
import { documentNotFoundCode, documentNotTrustedCode, type TrustedDocuments } from './trusted-documents.ts';

/** The settings of the GraphQL server. */
export type GraphqlServerOptions = {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** Whether a browser that opens the endpoint gets Apollo Sandbox. */
  readonly sandbox: boolean;
  readonly documents: TrustedDocuments;
  readonly reporters: OperationReporters;
  readonly log: Logger;
};

/** The server of queries and mutations. Call its `start` before it answers. */
export function createGraphqlServer({
  schema,
  introspection,
  sandbox,
  documents,
  reporters,
  log,
}: GraphqlServerOptions): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema,
    introspection,
    includeStacktraceInErrorResponses: false,
    // With automatic persisted queries a client could fill the server's memory. Those of a manifest are another thing.
    persistedQueries: false,
    stringifyResult: jsonOf,
    allowBatchedHttpRequests: false,
    parseOptions,
    validationRules: [...costRules],
    validationOptions: { maxErrors, hideSuggestions: !introspection },
    executionOptions: { maxCoercionErrors: maxErrors },
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      // It wraps the resolver of every field, which costs more than all the rest of a request.
      ApolloServerPluginCacheControlDisabled(),
      sandbox ? ApolloServerPluginLandingPageLocalDefault() : ApolloServerPluginLandingPageDisabled(),
      requestPlugin(documents, reporters, introspection),
    ],
  });
}

/**
 * The path of a query or mutation, top to bottom, around what Apollo Server does itself: parse and validate,
 * execute, send. One plugin for all of it: Apollo Server awaits every plugin at each step of a request, also those
 * that do nothing there.
 *
 * @see https://www.apollographql.com/docs/apollo-server/integrations/plugins-event-reference
 */
function requestPlugin(
  documents: TrustedDocuments,
  reporters: OperationReporters,
  introspection: boolean,
): ApolloServerPlugin<RequestContext> {
  // New texts are parsed one in each turn of the event loop. Those in Apollo's document cache are not parsed again, so
  // their senders do not wait behind expensive hostile ones.
  const parseTurn = createTurnQueue();
  const largeAnswers = createLargeAnswers();
  /** Whether an operation is small whatever its variables are: most are, and are measured once. */
  const known = new LRUCache<string, boolean>({ max: 1_000 });
  return {
    requestDidStart: async ({ request }) => {
      const start = performance.now();
      const notTrusted = takeDocument(documents, request);
      let pause: Pause | undefined;
      return {
        parsingDidStart: parseTurn,
        didResolveOperation: async ({ schema, document, operation, queryHash, request, contextValue }) => {
          refuse(notTrusted);
          if (operation === undefined) return;
          refuse(subscriptionError(operation));
          const sent = { schema, document, operation, variables: request.variables };
          const name = `${queryHash} ${operation.name?.value}`;
          let staysSmall = known.get(name);
          if (staysSmall === undefined) {
            staysSmall = isSmall(largestSizeOf(sent));
            known.set(name, staysSmall);
          }
          if (staysSmall) return;
          const size = sizeOf(sent);
          refuse(sizeError(size));
          if (isSmall(size)) return;
          await largeAnswers.begin(contextValue.countedAs(), contextValue.signals.clientGone);
          pause = createPause(largeAnswers.turn);
          contextValue.answer.takeTurns(pause);
        },
        willSendResponse: async (answered) => {
          const { response, contextValue, operation } = answered;
          const errorCodes = tellErrors(answered, introspection);
          if (pause !== undefined) {
            if (response.body.kind === 'single') await writeInTurns(response.body.singleResult, pause);
            largeAnswers.end();
          }
          const ended = {
            requestId: contextValue.requestId,
            name: operation?.name?.value,
            type: (notTrusted === undefined && operation?.operation) || ('unknown' as const),
            durationMs: performance.now() - start,
            results: contextValue.rootResults.counts,
            errorCodes,
          };
          reportOperation(reporters, ended, trace.getActiveSpan());
        },
      };
    },
  };
}

/** What is parsed in place of a document that is refused: Apollo Server takes no refusal before that. */
const standIn = '{ __typename }';

/** Puts the text that a request asks for into it. Gives the error if that is refused. */
function takeDocument(documents: TrustedDocuments, request: GraphQLRequest): GraphQLError | undefined {
  const { query, extensions } = request;
  const outcome = documents.textFor({ query, extensions, documentId: documentIdOf(request) });
  if (outcome.type === 'nothing' || (outcome.type === 'text' && outcome.text === query && !documents.only)) {
    return undefined;
  }
  // Apollo Server would look for the document itself.
  delete request.extensions?.['persistedQuery'];
  if (outcome.type === 'text') {
    request.query = outcome.text;
    return undefined;
  }
  request.query = standIn;
  delete request.operationName;
  return outcome.error;
}

/** The draft of GraphQL over HTTP names a document beside `query`, where Apollo Server does not look. */
function documentIdOf({ http }: GraphQLRequest): unknown {
  if (http?.method === 'GET') return new URLSearchParams(http.search).get('documentId') ?? undefined;
  const body = http?.body;
  return typeof body === 'object' && body !== null && 'documentId' in body ? body.documentId : undefined;
}

/** Puts the errors into an answer as the client gets them, and its status. Gives their codes for the log. */
function tellErrors(
  answered: GraphQLRequestContextWillSendResponse<RequestContext>,
  introspection: boolean,
): readonly string[] {
  const { request, response, contextValue, operation } = answered;
  const { body, http } = response;
  const errors = publicErrors(answered, introspection);
  const end = endOfQuery(errors, operation, contextValue);
  if (body.kind === 'single' && end !== undefined) {
    body.singleResult = { errors: [end.error] };
    http.status = end.status;
  } else if (body.kind === 'single' && errors !== undefined) body.singleResult.errors = errors;
  const told = body.kind === 'single' ? body.singleResult.errors : undefined;
  if (isSentWith200(told, request.http?.headers.get('accept'))) http.status = 200;
  if (isAbandoned(contextValue, operation?.operation)) return [abandonedCode];
  return codesOf(end ? [end.error] : errors);
}

/** Under this name among its extensions, a large result carries its own JSON, written in turns. */
const ownJson = 'json';

async function writeInTurns(result: FormattedExecutionResult, pause: Pause): Promise<void> {
  const { errors, data } = result;
  result.extensions = { [ownJson]: await jsonInTurns({ errors, data }, pause) };
}

function jsonOf(result: FormattedExecutionResult): string {
  const json = result.extensions?.[ownJson];
  return `${typeof json === 'string' ? json : JSON.stringify(result)}\n`;
}

function subscriptionError({ operation }: OperationDefinitionNode): GraphQLError | undefined {
  if (operation !== 'subscription') return undefined;
  return new GraphQLError(
    'Expected a query or a mutation: subscriptions are served over the WebSocket at this address (graphql-ws).',
    { extensions: { code: ApolloServerErrorCode.BAD_REQUEST } },
  );
}

/** Ends an operation before it is executed, with status 400, if there is an error. */
function refuse(error: GraphQLError | undefined): void {
  if (error === undefined) return;
  throw new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status: 400 } } });
}

/** The errors that the client gets, `undefined` if there are none. */
function publicErrors(
  {
    errors = [],
    response: { body },
    contextValue,
    operation,
  }: GraphQLRequestContextWillSendResponse<RequestContext>,
  introspection: boolean,
): readonly GraphQLFormattedError[] | undefined {
  if (body.kind !== 'single' || body.singleResult.errors === undefined) return undefined;
  const abandoned = isAbandoned(contextValue, operation?.operation);
  const masked = body.singleResult.errors.map((formatted, index) =>
    maskedError(
      introspection ? formatted : withoutSuggestion(formatted),
      errors[index],
      contextValue,
      abandoned,
    ),
  );
  // Without an operation the errors are those of parsing or validation.
  return operation == null ? eachOnce(masked) : masked;
}

/**
 * The one error that takes the place of a query's answer, and its status: it grew too large, or its time is over. A
 * mutation answers with what it has.
 */
function endOfQuery(
  errors: readonly GraphQLFormattedError[] = [],
  operation: OperationDefinitionNode | undefined,
  context: RequestContext,
): { readonly error: GraphQLFormattedError; readonly status: number } | undefined {
  if (operation?.operation !== 'query') return undefined;
  const tooLarge = errors.find((error) => codeOf(error) === answerTooLargeCode);
  if (tooLarge !== undefined) return { error: tooLarge, status: 400 };
  if (!context.signals.deadline.aborted) return undefined;
  // What a field failed with says more than that the time is over.
  const [failed = maskedFault(deadlinePassed(), context)] = errors;
  return { error: failed, status: 503 };
}

const codesOfWrongRequests: readonly string[] = [
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  operationTooLargeCode,
  answerTooLargeCode,
  documentNotFoundCode,
  documentNotTrustedCode,
];

/**
 * Whether a wrong request is answered with status 200: for a client that accepts `application/json` alone, where
 * the status is that of the transport. With `application/graphql-response+json` it is 400.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
function isSentWith200(errors: readonly GraphQLFormattedError[] = [], accept = ''): boolean {
  if (errors.length === 0) return false;
  if (!accept.includes('application/json') || accept.includes('graphql-response+json')) return false;
  return errors.every((error) => codesOfWrongRequests.includes(codeOf(error)));
}
