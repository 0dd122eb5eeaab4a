import { type ReadonlySignal, signal } from '@preact/signals';
import { createClient } from 'graphql-ws/client';
import { sentDocument } from './api-client.ts';
import type { TypedDocumentString } from './generated/operations.ts';

/** How the live connection stands. `lost` is tried again until it succeeds. */
export type ConnectionState = 'connecting' | 'connected' | 'lost';

/** Brings what is shown up to date. */
export type CatchUp = (hurried: boolean) => Promise<void>;

/** One WebSocket for all subscriptions of the page, opened with the first of them. */
export type LiveConnection = {
  readonly state: ReadonlySignal<ConnectionState>;
  /**
   * Subscribes until the returned function is called. `variables` are asked for again at every reconnect, so that a
   * subscription continues from the last version seen.
   */
  readonly subscribe: <Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: () => Variables,
    next: (data: Data) => void,
  ) => () => void;
  /**
   * Calls `catchUp`, which loads over HTTP, until the returned function is called: every 2.5 s while the connection is
   * lost, once it is back, and when the page wakes up. It must not reject. `hurried` is for the API client: connections
   * that were open before may be dead.
   */
  readonly onCatchUp: (catchUp: CatchUp) => () => void;
  /** Tries to connect and catches up now, for instance once the caller has signed in. */
  readonly lookNow: () => void;
};

const connectMs = 8_000;
const pingEveryMs = 5_000;
const pongWaitMs = 4_000;
const wakingPongWaitMs = 2_500;
const longestRetryMs = 2_000;
const catchUpEveryMs = 2_500;
const refusedWaitMs = 10_000;

/** The live connection to a WebSocket address, with the credentials of whoever is asking. */
export function createLiveConnection(url: string, credentials: () => Record<string, string>): LiveConnection {
  const state = signal<ConnectionState>('connecting');
  const catchUps = new Set<CatchUp>();
  const again = new Set<() => void>();
  let subscriptions = 0;
  let socket: WebSocket | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  let retryNow = (): void => {};

  const client = createClient({
    url,
    connectionParams: credentials,
    keepAlive: pingEveryMs,
    lazyCloseTimeout: 3_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((resolve) => {
        const waitMs = Math.min(longestRetryMs, 250 * 2 ** retries) * (0.5 + Math.random() / 2);
        const timer = setTimeout(resolve, waitMs);
        retryNow = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    on: {
      // The client's own time-out begins only once the socket is open, and an upgrade may never be answered.
      connecting: () => giveUpAfter(connectMs),
      opened: (opened) => {
        if (opened instanceof WebSocket) socket = opened;
      },
      connected: () => {
        clearTimeout(deadline);
        const wasLost = state.peek() === 'lost';
        state.value = 'connected';
        if (wasLost) void catchUp(false);
      },
      ping: (received) => {
        if (!received) giveUpAfter(pongWaitMs);
      },
      pong: (received) => {
        if (received) clearTimeout(deadline);
      },
      closed: () => {
        clearTimeout(deadline);
        socket = undefined;
        if (subscriptions > 0) lose();
        else state.value = 'connecting';
      },
    },
  });

  function giveUpAfter(ms: number): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => client.terminate(), ms);
  }

  function lose(): void {
    if (state.peek() === 'lost') return;
    state.value = 'lost';
    void catchUpWhileLost();
  }

  async function catchUpWhileLost(): Promise<void> {
    for (let first = true; state.peek() === 'lost'; first = false) {
      await catchUp(first);
      await new Promise((resolve) => setTimeout(resolve, catchUpEveryMs));
    }
  }

  async function catchUp(hurried: boolean): Promise<void> {
    await Promise.all(Array.from(catchUps, (each) => each(hurried)));
  }

  /** A socket that is still open may be dead: it has to answer a ping. */
  function wake(): void {
    if (document.visibilityState === 'hidden') return;
    if (socket?.readyState === WebSocket.OPEN) {
      socket.send(JSON.stringify({ type: 'ping' }));
      giveUpAfter(wakingPongWaitMs);
    }
    lookNow();
  }

  function lookNow(): void {
    retryNow();
    for (const subscribeAgain of [...again]) subscribeAgain();
    void catchUp(true);
  }

  /** A subscription that the server ends or refuses is begun again after a while, or when the page looks. */
  function subscribe<Data, Variables>(
    operation: TypedDocumentString<Data, Variables>,
    variables: () => Variables,
    next: (data: Data) => void,
  ): () => void {
    let stop = (): void => {};
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = (): void => {
      clearTimeout(timer);
      again.delete(begin);
      stop = client.subscribe<Data>(
        {
          ...sentDocument(operation),
          // The client writes the payload anew for every connection.
          get variables() {
            return variables() as Record<string, unknown>;
          },
        },
        {
          next: ({ data }) => {
            if (data != null) next(data);
          },
          error: (reason) => {
            // Not what the server refuses, but the connection itself, for instance to a token that has ended.
            if (!Array.isArray(reason)) lose();
            beginAgain();
          },
          complete: beginAgain,
        },
      );
    };
    const beginAgain = (): void => {
      if (stopped) return;
      again.add(begin);
      timer = setTimeout(begin, refusedWaitMs);
    };
    subscriptions += 1;
    begin();
    return () => {
      if (stopped) return;
      stopped = true;
      subscriptions -= 1;
      clearTimeout(timer);
      again.delete(begin);
      stop();
    };
  }

  addEventListener('online', wake);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', wake);
  addEventListener('offline', () => client.terminate());

  return {
    state,
    subscribe,
    onCatchUp: (each) => {
      catchUps.add(each);
      return () => catchUps.delete(each);
    },
    lookNow,
  };
}
