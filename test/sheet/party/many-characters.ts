import type { ServerHere } from '../../engines/server-here.ts';

/** A character to create: its id is its name in lower case. */
export type Seed = {
  readonly name: string;
  readonly id?: string;
  readonly hitPoints?: number;
  readonly maximum?: number;
};

const document = `mutation ($input: AppendEventsInput!) {
  appendEvents(input: $input) { __typename ... on Error { message } }
}`;

/** Creates characters one after the other, so that the last one is the newest. */
export async function createCharacters(server: ServerHere, seeds: readonly Seed[]): Promise<void> {
  for (const { name, id = name.toLowerCase(), hitPoints = 30, maximum = hitPoints } of seeds) {
    await append(server, [
      { characterId: id, characterName: name, characterHitPoints: hitPoints, maximumHitPoints: maximum },
    ]);
  }
}

/** Creates many at once: `extra 1`, `extra 2`, … */
export async function createExtras(server: ServerHere, count: number): Promise<void> {
  for (let from = 1; from <= count; from += 100) {
    const numbers = Array.from({ length: Math.min(100, count - from + 1) }, (_, index) => from + index);
    await append(
      server,
      numbers.map((number) => ({
        characterId: `extra ${number}`,
        characterName: `Extra ${number}`,
        characterHitPoints: 11,
        maximumHitPoints: 11,
      })),
    );
  }
}

/** Appends events, all or none. */
export async function append(server: ServerHere, events: readonly object[]): Promise<void> {
  const { data } = await server.graphql(document, { input: { events } });
  const result = data?.['appendEvents'];
  if (JSON.stringify(result) !== '{"__typename":"AppendEventsSuccess"}') {
    throw new Error(`Expected the events to be stored, got ${JSON.stringify(result)}.`);
  }
}
