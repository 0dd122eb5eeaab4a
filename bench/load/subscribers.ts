import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const perConnection = 100;
const document = /* GraphQL */ `
  subscription CatchUp($id: ID!, $after: Int) {
    eventAppended(characterId: $id, afterVersion: $after) { version note }
  }
`;

/** Subscribers of one character, spread over connections of 100 each. */
export type Subscribers = {
  /** Resolves when each has the event of a version, with the times of the arrivals, in milliseconds. */
  readonly have: (version: number) => Promise<readonly number[]>;
  readonly leave: () => Promise<void>;
};

/** Subscribes so many times to a character that has its first event, and waits until each has that. */
export async function subscribe(url: string, characterId: string, count: number): Promise<Subscribers> {
  const arrivals = new Map<number, number[]>();
  const waiting = new Map<number, (times: readonly number[]) => void>();
  const clients = Array.from({ length: Math.ceil(count / perConnection) }, () =>
    createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: true }),
  );
  const have = (version: number) =>
    new Promise<readonly number[]>((resolve) => {
      const times = arrivals.get(version) ?? [];
      if (times.length === count) resolve(times);
      else waiting.set(version, resolve);
    });
  const arrived = (version: number) => {
    const times = arrivals.get(version) ?? [];
    arrivals.set(version, times);
    times.push(performance.now());
    if (times.length === count) waiting.get(version)?.(times);
  };
  for (let nth = 0; nth < count; nth += 1) {
    clients[Math.floor(nth / perConnection)]?.subscribe<{
      readonly eventAppended: { readonly version: number };
    }>(
      { query: document, variables: { id: characterId, after: -1 } },
      {
        next: ({ data }) => data && arrived(data.eventAppended.version),
        error: (error) => {
          throw error;
        },
        complete: () => {},
      },
    );
  }
  await have(0);
  return {
    have,
    leave: async () => {
      for (const client of clients) await client.dispose();
    },
  };
}
