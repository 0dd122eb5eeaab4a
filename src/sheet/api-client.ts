import type { Access } from './access.ts';
import { type Failure, unreachable } from './failure.ts';
import type { TypedDocumentString } from './generated/operations.ts';

/** What came of a query or mutation. */
export type Answer<Data> =
  | { readonly type: 'answered'; readonly data: Data }
  | { readonly type: 'failed'; readonly failure: Failure };

/** The GraphQL API of the server that the page came from. No method rejects. */
export type ApiClient = {
  /** Sends a query. `hurried` is for a page that wakes up: see `sendHurried`. */
  readonly query: <Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    options?: { readonly hurried?: boolean },
  ) => Promise<Answer<Data>>;
  /** Sends a mutation, once, and waits so long for its answer; by default 15 s. */
  readonly mutate: <Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    options?: { readonly timeoutMs?: number },
  ) => Promise<Answer<Data>>;
};

/** The server itself gives up after 12 seconds at its default settings. */
const longestAnswerMs = 15_000;
const hurriedAgainMs = 1_500;

/** Whether the server answers only documents that it knows, which its page says. Unit tests have no page. */
const sendsIds = 'document' in globalThis && document.documentElement.dataset['sends'] === 'ids';

/** An operation as it is sent, over HTTP and the WebSocket: its id where the server asks for it, else its text. */
export function sentDocument<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
): { readonly query: string; readonly documentId?: string } {
  // The protocol of the WebSocket asks for a text in any case.
  return sendsIds ? { query: '', documentId: operation.__meta__?.['hash'] } : { query: operation.toString() };
}

/** The API at `url`, for whoever `access` says is asking. */
export function createApiClient(url: string, access: Access): ApiClient {
  async function send<Data>(body: string, signal: AbortSignal): Promise<Answer<Data>> {
    const credentials = access.credentials();
    const answer = await answerTo<Data>(url, body, credentials, signal);
    access.heard(answer.type === 'failed' ? answer.failure.code : undefined, credentials);
    return answer;
  }
  return {
    query: (document, variables, { hurried = false } = {}) => {
      const body = JSON.stringify({ ...sentDocument(document), variables });
      if (hurried) return sendHurried((signal) => send(body, signal));
      return send(body, AbortSignal.timeout(longestAnswerMs));
    },
    mutate: (document, variables, { timeoutMs = longestAnswerMs } = {}) =>
      send(JSON.stringify({ ...sentDocument(document), variables }), AbortSignal.timeout(timeoutMs)),
  };
}

/**
 * Sends the same query again every 1.5 s until one of them is answered, at most six times: a browser that wakes up may
 * still have six connections open that are dead, and a query on a dead one is never answered.
 */
async function sendHurried<Data>(
  send: (signal: AbortSignal) => Promise<Answer<Data>>,
): Promise<Answer<Data>> {
  const stop = new AbortController();
  const deadline = setTimeout(() => stop.abort(), longestAnswerMs);
  const attempts: Promise<Answer<Data>>[] = [];
  try {
    while (attempts.length < 6) {
      attempts.push(send(stop.signal));
      const first = await Promise.race([...attempts, pause(hurriedAgainMs)]);
      if (first !== undefined) return first;
    }
    return await Promise.race(attempts);
  } finally {
    clearTimeout(deadline);
    stop.abort();
  }
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

/** Only a network error or time-out is `UNREACHABLE`; an answer that is no GraphQL comes from something in between. */
async function answerTo<Data>(
  url: string,
  body: string,
  credentials: Record<string, string>,
  signal: AbortSignal,
): Promise<Answer<Data>> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json',
    ...credentials,
  };
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    return answerOf((await response.json()) as GraphQLResult<Data>);
  } catch {
    return { type: 'failed', failure: unreachable };
  }
}

/** The body of a GraphQL answer, section 7.1 of the specification. */
type GraphQLResult<Data> = {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message?: unknown;
    readonly extensions?: { readonly code?: unknown; readonly requestId?: unknown };
  }[];
};

/** Fields that could be answered are an answer, also where others failed. */
function answerOf<Data>({ data, errors }: GraphQLResult<Data>): Answer<Data> {
  if (typeof data === 'object' && data !== null && Object.values(data).some((field) => field != null))
    return { type: 'answered', data };
  const [first] = errors ?? [];
  if (first === undefined) return { type: 'failed', failure: unreachable };
  const { code, requestId } = first.extensions ?? {};
  return {
    type: 'failed',
    failure: {
      code: String(code),
      requestId: typeof requestId === 'string' ? requestId : null,
      message: typeof first.message === 'string' ? first.message : '',
    },
  };
}
