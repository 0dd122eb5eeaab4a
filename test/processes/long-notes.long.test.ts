import { describe, expect, test } from 'vitest';
import { engines } from '../engines/engines.ts';
import { rssAnonMegabytes } from '../engines/memory.ts';
import { startServer } from '../engines/server-process.ts';
import { sized } from '../size.ts';

const length = sized(2_000, 10_000);

describe.each(engines)(`${length} events with the longest notes on $name`, ({ open }) => {
  test('are read whole and in order by pages of 1,000, either way, in less than 200 MB', {
    timeout: 360_000,
  }, async () => {
    const engine = await open();
    const note = 'Slashing damage from goblin. '.repeat(69).slice(0, 2_000);
    for (let start = 0; start < length; start += 100) {
      await engine.table.insert(
        Array.from({ length: 100 }, (_, index) => ({
          Id: 'bard',
          Version: start + index,
          CharacterName: 'Bard',
          CharacterHitPoints: 1,
          Note: note,
        })),
      );
    }
    const server = await startServer(engine.environment);
    let peak = 0;
    const walk = async (
      variables: (cursor: string | undefined) => object,
      end: 'startCursor' | 'endCursor',
    ) => {
      const versions: number[][] = [];
      let cursor: string | undefined;
      for (let page = 0; page < length / 1_000; page += 1) {
        const { data } = await server.graphql(characterEventsWithNotes, { id: 'bard', ...variables(cursor) });
        const connection = (data as { characterEvents: Connection }).characterEvents;
        versions.push(connection.nodes.map(({ version }) => version));
        expect(connection.nodes.every((node) => node.note === note)).toBe(true);
        cursor = connection.pageInfo[end];
        peak = Math.max(peak, await rssAnonMegabytes(server.process));
      }
      return versions;
    };
    const forward = await walk((after) => ({ first: 1_000, after }), 'endCursor');
    const backward = await walk((before) => ({ last: 1_000, before }), 'startCursor');
    const all = Array.from({ length }, (_, version) => version);
    expect(forward.flat()).toEqual(all);
    expect(backward.toReversed().flat()).toEqual(all);
    process.stdout.write(`RssAnon at most ${peak} MB\n`);
    expect(peak).toBeLessThan(200);
    await server.stop('SIGTERM');
    await engine.close();
  });
});

type Connection = {
  readonly nodes: readonly { readonly version: number; readonly note: string }[];
  readonly pageInfo: { readonly startCursor: string; readonly endCursor: string };
};

const characterEventsWithNotes = /* GraphQL */ `
  query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    characterEvents(id: $id, first: $first, after: $after, last: $last, before: $before) {
      ... on EventConnection { nodes { version note } pageInfo { startCursor endCursor } }
    }
  }
`;
