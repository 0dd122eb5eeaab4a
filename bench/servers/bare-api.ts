import { readFileSync } from 'node:fs';
import { repository } from '../repository.ts';

/** The project's own schema. */
export const typeDefs = readFileSync(new URL('schema.graphql', repository), 'utf8');

/** One event as the API takes it. */
export type NewEvent = {
  readonly characterId: string;
  readonly version: number;
  readonly characterName: string;
  readonly characterHitPoints: number;
  readonly note: string;
  readonly idempotencyKey: string;
};

/** What was stored. */
export type StoredEvent = Omit<NewEvent, 'idempotencyKey'> & { readonly recordedAt: string };

/** Resolvers that do nothing but store what they are given, and answer with it. */
export function bareResolvers(store: (event: NewEvent, recordedAt: string) => Promise<unknown>) {
  return {
    Mutation: {
      appendEvent: async (_: unknown, { input }: { readonly input: NewEvent }) => {
        const recordedAt = new Date().toISOString();
        await store(input, recordedAt);
        const id = Buffer.from(`Event:${input.characterId}:${input.version}`).toString('base64url');
        return {
          __typename: 'AppendEventSuccess',
          duplicate: false,
          event: { __typename: 'Event', ...input, id, recordedAt },
        };
      },
    },
  };
}
