import { setTimeout as sleep } from 'node:timers/promises';
import { type GraphqlAnswer, graphql } from '../engines/server-process.ts';

/** A member of a result union, as JSON. */
export type Member = { readonly __typename: string } & Readonly<Record<string, unknown>>;

/**
 * Sends a mutation with the same idempotency keys again until it is answered by data, as a real client
 * should. The address is asked for anew each time: a server that was started again has another port.
 */
export async function mutatePatiently(url: () => string, document: string, input: object): Promise<Member> {
  for (;;) {
    const answer = await graphql(url(), document, { input }).catch(() => undefined);
    const member = answer && memberOf(answer);
    if (member !== undefined) return member;
    await sleep(20);
  }
}

function memberOf({ data, errors }: GraphqlAnswer): Member | undefined {
  if (errors !== undefined && !errors.every(({ extensions }) => extensions['retryable'] === true)) {
    throw new Error(`Expected a member or a retryable error, got ${JSON.stringify(errors)}.`);
  }
  return (Object.values(data ?? {})[0] ?? undefined) as Member | undefined;
}
