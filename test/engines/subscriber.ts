import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ServerProcess } from './server-process.ts';

/** What a subscription has answered so far. */
export type Subscriber<Data> = {
  readonly received: readonly Data[];
  readonly errors: readonly {
    readonly message: string;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  /** Resolves when that many have arrived. */
  readonly until: (count: number) => Promise<readonly Data[]>;
  readonly isOver: () => boolean;
  readonly stop: () => void;
};

/** A graphql-ws client of a server; it connects with its first subscription, and does not connect again. */
export function webSocketClient(
  server: Pick<ServerProcess, 'url'>,
  headers: Record<string, string> = {},
  connectionParams: Record<string, unknown> = {},
): Client {
  class WebSocketWithHeaders extends WebSocket {
    constructor(address: string, protocols?: string | string[]) {
      super(address, protocols, { headers });
    }
  }
  return createClient({
    url: server.url.replace('http:', 'ws:'),
    webSocketImpl: WebSocketWithHeaders,
    connectionParams,
    retryAttempts: 0,
    onNonLazyError: () => {},
  });
}

/** Subscribes, and keeps everything that arrives. `rest` is what the payload has besides. */
export function subscribe<Data>(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
  rest: object = {},
): Subscriber<Data> {
  const received: Data[] = [];
  const errors: { message: string; extensions?: Record<string, unknown> }[] = [];
  let isOver = false;
  let wake = () => {};
  const stop = client.subscribe<Data>(
    { query, variables, ...rest },
    {
      next: ({ data, errors: problems = [] }) => {
        if (data) received.push(data);
        errors.push(
          ...problems.map(({ message, extensions }) => ({ message, extensions: { ...extensions } })),
        );
        wake();
      },
      error: (error) => {
        const problems = Array.isArray(error) ? error : [error];
        errors.push(
          ...problems.map((each) => ({
            message: String(each.message ?? each.reason),
            ...('extensions' in each ? { extensions: each.extensions } : {}),
          })),
        );
        isOver = true;
        wake();
      },
      complete: () => {
        isOver = true;
        wake();
      },
    },
  );
  return {
    received,
    errors,
    until: async (count) => {
      while (received.length < count) {
        if (isOver)
          throw new Error(`Expected ${count} answers, got ${received.length}: ${JSON.stringify(errors)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return received;
    },
    isOver: () => isOver,
    stop,
  };
}
