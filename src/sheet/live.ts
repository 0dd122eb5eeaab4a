import { createClient } from 'graphql-ws/client';
import type { TypedDocumentString } from './generated/operations.ts';
import { sentDocument } from './sent-document.ts';

/** How the live connection stands. `lost` is tried again until it succeeds. */
export type Connection = 'connecting' | 'connected' | 'lost';

/** One connection for everything that is followed, for as long as the page is open. */
export type Live = {
  /**
   * Follows a subscription until the returned function is called. `variables` is asked again after every
   * reconnect, so that it continues from the last version seen.
   */
  readonly follow: <Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: () => Variables,
    next: (data: Data) => void,
  ) => () => void;
  /** Calls `catchUp` after a lost connection, before anything is followed again. If it rejects, it is tried again. */
  readonly onReturn: (catchUp: () => Promise<void>) => () => void;
  readonly connection: () => Connection;
  /** Tries again now, if it waits to. */
  readonly hurry: () => void;
  /** Calls `listener` with every change of the connection, until the returned function is called. */
  readonly onConnection: (listener: (connection: Connection) => void) => () => void;
};

type Stream = { readonly start: () => () => void; stop: () => void };

const longestWaitMs = 2_000;
const refusedWaitMs = 10_000;
const keepAliveMs = 10_000;
const pongWaitMs = 5_000;
const lazyCloseMs = 3_000;

/** Follows over a WebSocket at `url`, which is opened with the first subscription. */
export function createLive(url: string, credentials: () => Record<string, string>): Live {
  const streams = new Set<Stream>();
  const catchUps = new Set<() => Promise<void>>();
  const listeners = new Set<(connection: Connection) => void>();
  let connection: Connection = 'connecting';
  /** Between a loss and the next try nothing is started. */
  let paused = false;
  let tries = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let pongDeadline: ReturnType<typeof setTimeout> | undefined;

  const client = createClient({
    url,
    connectionParams: credentials,
    retryAttempts: 0,
    lazyCloseTimeout: lazyCloseMs,
    keepAlive: keepAliveMs,
    connectionAckWaitTimeout: pongWaitMs,
    on: {
      connected: () => {
        tries = 0;
        become('connected');
      },
      ping: (received) => {
        if (!received) pongDeadline = setTimeout(() => client.terminate(), pongWaitMs);
      },
      pong: (received) => {
        if (received) clearTimeout(pongDeadline);
      },
      closed: () => {
        clearTimeout(pongDeadline);
        if (streams.size > 0) lose();
      },
    },
  });

  function become(next: Connection): void {
    if (connection === next) return;
    connection = next;
    for (const listener of listeners) listener(next);
  }

  function lose(): void {
    paused = true;
    for (const stream of streams) stream.stop();
    become('lost');
    clearTimeout(waiting);
    const waitMs = Math.min(longestWaitMs, 250 * 2 ** tries) * (0.5 + Math.random() / 2);
    tries += 1;
    waiting = setTimeout(() => void resume(), waitMs);
  }

  async function resume(): Promise<void> {
    clearTimeout(waiting);
    waiting = undefined;
    const caughtUp = await Promise.allSettled(Array.from(catchUps, (catchUp) => catchUp()));
    if (caughtUp.some(({ status }) => status === 'rejected')) {
      lose();
      return;
    }
    paused = false;
    for (const stream of streams) restart(stream);
  }

  function restart(stream: Stream): void {
    stream.stop();
    stream.stop = stream.start();
  }

  function hurry(): void {
    if (waiting === undefined || document.visibilityState === 'hidden') return;
    tries = 0;
    void resume();
  }

  function follow<Data, Variables extends Record<string, unknown>>(
    operation: TypedDocumentString<Data, Variables>,
    variables: () => Variables,
    next: (data: Data) => void,
  ): () => void {
    const stream: Stream = {
      stop: () => {},
      start: () => {
        let again: ReturnType<typeof setTimeout> | undefined;
        let stopped = false;
        const startLater = (): void => {
          again = setTimeout(() => restart(stream), refusedWaitMs);
        };
        const unsubscribe = client.subscribe<Data>(
          { ...sentDocument(operation), variables: variables() },
          {
            next: ({ data }) => {
              if (data != null) next(data);
            },
            // A lost connection is dealt with once for all streams; here only what the server refuses.
            error: (reason) => {
              if (Array.isArray(reason)) startLater();
            },
            complete: () => {
              if (!stopped) startLater();
            },
          },
        );
        return () => {
          stopped = true;
          clearTimeout(again);
          unsubscribe();
        };
      },
    };
    streams.add(stream);
    if (!paused) restart(stream);
    return () => {
      streams.delete(stream);
      stream.stop();
    };
  }

  addEventListener('online', hurry);
  addEventListener('offline', () => {
    if (streams.size > 0) client.terminate();
  });
  document.addEventListener('visibilitychange', hurry);

  return {
    follow,
    onReturn: (catchUp) => added(catchUps, catchUp),
    connection: () => connection,
    hurry,
    onConnection: (listener) => added(listeners, listener),
  };
}

function added<Item>(set: Set<Item>, item: Item): () => void {
  set.add(item);
  return () => {
    set.delete(item);
  };
}
