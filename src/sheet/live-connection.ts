import { type ReadonlySignal, signal } from '@preact/signals';
import { type Client, createClient, type SubscribePayload } from 'graphql-ws/client';
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
  const catchUps = createCatchUps(state);

  function lose(): void {
    if (state.peek() === 'lost') return;
    state.value = 'lost';
    void catchUps.runWhileLost();
  }

  const socket = createSocket(url, credentials, {
    connected: () => {
      const wasLost = state.peek() === 'lost';
      state.value = 'connected';
      if (wasLost) void catchUps.run(false);
    },
    closed: () => {
      if (subscriptions.areThereAny()) lose();
      else state.value = 'connecting';
    },
  });
  const subscriptions = createSubscriptions(socket.client, lose, () => void catchUps.run(false));

  function lookNow(): void {
    socket.retryNow();
    subscriptions.beginAgain();
    void catchUps.run(true);
  }

  function wake(): void {
    if (document.visibilityState === 'hidden') return;
    socket.test();
    lookNow();
  }

  addEventListener('online', wake);
  addEventListener('pageshow', wake);
  document.addEventListener('visibilitychange', wake);
  addEventListener('offline', () => socket.client.terminate());

  return {
    state,
    subscribe: subscriptions.subscribe,
    onCatchUp: catchUps.add,
    lookNow,
  };
}

/** What catches up with the server, on demand or for as long as the connection is lost. */
function createCatchUps(state: ReadonlySignal<ConnectionState>) {
  const catchUps = new Set<CatchUp>();
  let losses = 0;

  async function run(hurried: boolean): Promise<void> {
    await Promise.all(Array.from(catchUps, (each) => each(hurried)));
  }

  return {
    add: (catchUp: CatchUp) => {
      catchUps.add(catchUp);
      return (): void => void catchUps.delete(catchUp);
    },
    run,
    /** Ends with this loss, also where the next one begins meanwhile. */
    runWhileLost: async (): Promise<void> => {
      losses += 1;
      const loss = losses;
      for (let first = true; state.peek() === 'lost' && loss === losses; first = false) {
        await run(first);
        await new Promise((resolve) => setTimeout(resolve, catchUpEveryMs));
      }
    },
  };
}

/** The client of the WebSocket, which connects again by itself, and gives up what is silent for too long. */
function createSocket(
  url: string,
  credentials: () => Record<string, string>,
  listeners: { readonly connected: () => void; readonly closed: () => void },
) {
  const retries = createRetries();
  let socket: WebSocket | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  const client = createClient({
    url,
    connectionParams: credentials,
    keepAlive: pingEveryMs,
    lazyCloseTimeout: 3_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: retries.wait,
    on: {
      // The client's own time-out begins only once the socket is open, and an upgrade may never be answered.
      connecting: () => giveUpAfter(connectMs),
      opened: (opened) => {
        if (opened instanceof WebSocket) socket = opened;
      },
      connected: () => {
        clearTimeout(deadline);
        listeners.connected();
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
        listeners.closed();
      },
    },
  });

  function giveUpAfter(ms: number): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => client.terminate(), ms);
  }

  return {
    client,
    retryNow: retries.goOn,
    /** A socket that is still open may be dead: it has to answer a ping. */
    test: (): void => {
      if (socket?.readyState !== WebSocket.OPEN) return;
      socket.send(JSON.stringify({ type: 'ping' }));
      giveUpAfter(wakingPongWaitMs);
    },
  };
}

/** The pauses before the client tries again, which grow up to 2 s and can be cut short. */
function createRetries() {
  let goOn = (): void => {};
  return {
    wait: (retries: number): Promise<void> =>
      new Promise((resolve) => {
        const waitMs = Math.min(longestRetryMs, 250 * 2 ** retries) * (0.5 + Math.random() / 2);
        const timer = setTimeout(resolve, waitMs);
        goOn = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    goOn: (): void => goOn(),
  };
}

/**
 * The subscriptions of a client. One that the server ends or refuses is begun again after a while, or when the page
 * looks; `catchUp` is called then, since it may be refused for ever. `lose` is called when the connection itself is
 * refused.
 */
function createSubscriptions(client: Client, lose: () => void, catchUp: () => void) {
  const ended = new Set<() => void>();
  let count = 0;

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
      ended.delete(begin);
      stop = client.subscribe<Data>(payloadOf(operation, variables), {
        next: ({ data }) => {
          if (data != null) next(data);
        },
        error: (reason) => {
          // Not what the server refuses, but the connection itself, for instance to a token that has ended.
          if (!Array.isArray(reason)) lose();
          beginLater();
        },
        complete: beginLater,
      });
    };
    const beginLater = (): void => {
      if (stopped) return;
      ended.add(begin);
      timer = setTimeout(() => {
        begin();
        catchUp();
      }, refusedWaitMs);
    };
    count += 1;
    begin();
    return () => {
      if (stopped) return;
      stopped = true;
      count -= 1;
      clearTimeout(timer);
      ended.delete(begin);
      stop();
    };
  }

  return {
    subscribe,
    areThereAny: (): boolean => count > 0,
    /** Begins those now that the server has ended. */
    beginAgain: (): void => {
      for (const begin of [...ended]) begin();
    },
  };
}

/** The client writes the payload anew for every connection, and so asks for the variables each time. */
function payloadOf<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
  variables: () => Variables,
): SubscribePayload {
  return {
    ...sentDocument(operation),
    get variables() {
      return variables() as Record<string, unknown>;
    },
  };
}
