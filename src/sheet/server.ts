import {
  Client,
  type CombinedError,
  type DocumentInput,
  fetchExchange,
  type PersistedDocument,
} from '@urql/core';
import type { Kind } from 'graphql';
import { type Access, createAccess } from './access.ts';
import type { Failure } from './failure.ts';
import type { TypedDocumentString } from './generated/operations.ts';
import { createLive, type Live } from './live.ts';
import { sentDocument } from './sent-document.ts';
import { tabStorage } from './tab-storage.ts';

/** What came of a query or mutation. */
export type Answer<Data> =
  | { readonly type: 'answered'; readonly data: Data }
  | { readonly type: 'failed'; readonly failure: Failure };

/** The GraphQL server that the page came from. */
export type Server = {
  /** Sends a query. Never rejects. */
  readonly ask: <Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ) => Promise<Answer<Data>>;
  /** Sends a mutation, once. Never rejects. */
  readonly tell: <Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ) => Promise<Answer<Data>>;
  readonly live: Live;
  readonly access: Access;
};

/** The server itself gives up after 12 seconds at its default settings. */
const longestAnswerMs = 15_000;

/** The server at `/graphql` of the page's own address. */
export function createServer(): Server {
  const access = createAccess(tabStorage());
  const { credentials } = access;
  const client = new Client({
    url: '/graphql',
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetchOptions: () => ({ headers: credentials() }),
    fetch: fetchInTime,
  });
  const heard = <Data>(answer: Answer<Data>): Answer<Data> => {
    access.heard(answer.type === 'failed' ? answer.failure.code : undefined);
    return answer;
  };
  return {
    ask: async (document, variables) =>
      heard(answerOf(await client.query(documentOf(document), variables).toPromise())),
    tell: async (document, variables) =>
      heard(answerOf(await client.mutation(documentOf(document), variables).toPromise())),
    live: createLive(new URL('/graphql', location.href.replace(/^http/, 'ws')).href, credentials),
    access,
  };
}

/** The document as urql takes it: one without definitions is sent by its id. */
function documentOf<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
): DocumentInput<Data, Variables> {
  const { query, documentId } = sentDocument(operation);
  if (documentId === undefined) return query;
  const document: PersistedDocument = { kind: 'Document' as Kind.DOCUMENT, definitions: [], documentId };
  return document;
}

function fetchInTime(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const deadline = AbortSignal.timeout(longestAnswerMs);
  const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  return fetch(input, { ...init, signal });
}

/** Fields that could be answered are an answer, also where others failed. */
function answerOf<Data>(result: {
  readonly data?: Data;
  readonly error?: CombinedError | undefined;
}): Answer<Data> {
  const { data, error } = result;
  if (data != null && Object.values(data).some((field) => field != null)) return { type: 'answered', data };
  return { type: 'failed', failure: failureOf(error) };
}

function failureOf(error: CombinedError | undefined): Failure {
  const [first] = error?.graphQLErrors ?? [];
  const { code, requestId } = first?.extensions ?? {};
  return {
    code: first === undefined ? 'UNREACHABLE' : String(code),
    requestId: typeof requestId === 'string' ? requestId : null,
    message: first?.message ?? '',
  };
}
