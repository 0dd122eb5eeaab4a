import { describe, expect, test } from 'vitest';
import type { Answer, ApiClient } from '../../src/sheet/api-client.ts';
import type { PendingChange } from '../../src/sheet/pending-change.ts';
import { sendAgain, sendFirst } from '../../src/sheet/send-change.ts';

/** A group that takes hit points from so many. */
function groupOf(count: number): PendingChange {
  const event = (number: number) => ({
    characterId: `goblin ${number}`,
    name: `Goblin ${number}`,
    seenVersion: 3,
    change: { characterHitPoints: -7 },
  });
  const others = Array.from({ length: count - 1 }, (_, index) => event(index + 2));
  return { key: 'key', at: 0, command: { type: 'append', events: [event(1), ...others] } };
}

const timeOut = { type: 'failed', failure: { code: 'UNREACHABLE', requestId: null, message: '' } };

/** An API that answers every query in one way and every mutation in another one, and counts. */
function apiAnswering(answer: unknown, toMutation: unknown = timeOut) {
  const asked = { queries: 0, mutations: 0, atOnce: 0, mostAtOnce: 0 };
  const api: ApiClient = {
    query: async <Data>() => {
      asked.queries += 1;
      asked.atOnce += 1;
      asked.mostAtOnce = Math.max(asked.mostAtOnce, asked.atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1));
      asked.atOnce -= 1;
      return answer as Answer<Data>;
    },
    mutate: async <Data>() => {
      asked.mutations += 1;
      return toMutation as Answer<Data>;
    },
  };
  return { api, asked };
}

const atVersion = (version: number) => ({
  type: 'answered',
  data: { character: { __typename: 'Character', version } },
});

describe('a change that is sent again', () => {
  test('asks for several characters at once how far they are, and goes', async () => {
    const { api, asked } = apiAnswering(atVersion(10));
    await sendAgain(api, groupOf(20));
    expect(asked).toMatchObject({ queries: 20, mutations: 1, mostAtOnce: 6 });
  });

  test('is refused where so much came since that the server may have forgotten it', async () => {
    const { api, asked } = apiAnswering(atVersion(200));
    expect(await sendAgain(api, groupOf(2))).toMatchObject({ type: 'refused' });
    expect(asked.mutations).toBe(0);
  });

  test('is refused without a word on whether it is stored where it may not be asked for any more', async () => {
    const forbidden = { type: 'failed', failure: { code: 'FORBIDDEN', requestId: null, message: 'No.' } };
    for (const { api } of [apiAnswering(forbidden), apiAnswering(atVersion(5), forbidden)]) {
      expect(await sendAgain(api, groupOf(1))).toMatchObject({ type: 'refused', ofStoredToo: true });
    }
    expect(await sendAgain(apiAnswering(atVersion(200)).api, groupOf(1))).toMatchObject({
      ofStoredToo: true,
    });
  });

  test.each([['FORBIDDEN'], ['BAD_USER_INPUT']])('does not wait for ever on %s', async (code) => {
    const failure = { code, requestId: null, message: 'No.' };
    const { api } = apiAnswering({ type: 'failed', failure });
    expect(await sendAgain(api, groupOf(1))).toMatchObject({ type: 'refused' });
  });

  test('waits on where nobody answers', async () => {
    const failure = { code: 'UNREACHABLE', requestId: null, message: '' };
    const { api } = apiAnswering({ type: 'failed', failure });
    expect(await sendAgain(api, groupOf(1))).toEqual({ type: 'failed', failure });
  });
});

describe('an answer to a change', () => {
  test.each([
    ['nothing', {}],
    ['an object without a type', { appendEvent: {} }],
    ['null', { appendEvent: null }],
  ])('that is %s is none, so that it is sent again', async (_, data) => {
    const { api } = apiAnswering(atVersion(3), { type: 'answered', data });
    expect(await sendFirst(api, groupOf(1))).toEqual(timeOut);
  });

  test('that refuses is taken at its word', async () => {
    const appendEvent = { __typename: 'InvalidInputError', message: 'Too much.' };
    const { api } = apiAnswering(atVersion(3), { type: 'answered', data: { appendEvent } });
    expect(await sendFirst(api, groupOf(1))).toEqual({ type: 'refused', advice: 'Too much.' });
  });
});

describe('an undo of what was undone before', () => {
  const line = (version: number, reverts: number | null) => ({ version, reverts });
  const press: PendingChange = {
    key: 'key',
    at: 0,
    command: {
      type: 'undo',
      events: [{ characterId: 'dana', name: 'Dana', seenVersion: 1, version: 1, did: '−7' }],
    },
  };

  /** The API of a server that keeps these lines, and takes back each of them once. */
  function apiKeeping(kept: readonly ReturnType<typeof line>[]) {
    const lines = kept.slice();
    const api: ApiClient = {
      query: async <Data>() => {
        const characterEvents = { __typename: 'EventConnection', nodes: lines };
        const character = { __typename: 'Character', version: lines.length - 1 };
        return { type: 'answered', data: { characterEvents, character } } as Answer<Data>;
      },
      mutate: async <Data, Variables>(_: unknown, variables: Variables) => {
        const { version } = (variables as { readonly input: { readonly version: number } }).input;
        const before = lines.find(({ reverts }) => reverts === version);
        const event = before ?? line(lines.length, version);
        if (before === undefined) lines.push(event);
        const __typename = 'AppendEventSuccess';
        const revertEvent = { __typename, event, duplicate: before !== undefined, character: {} };
        return { type: 'answered', data: { revertEvent } } as Answer<Data>;
      },
    };
    return { api, lines };
  }

  test('stores nothing more where it is still undone', async () => {
    const { api, lines } = apiKeeping([line(0, null), line(1, null), line(2, 1), line(3, 2), line(4, 3)]);
    expect(await sendFirst(api, press)).toMatchObject({ type: 'saved' });
    expect(await sendAgain(api, press)).toMatchObject({ type: 'saved' });
    expect(lines).toHaveLength(5);
  });

  test('takes back what brought it back', async () => {
    const { api, lines } = apiKeeping([line(0, null), line(1, null), line(2, 1), line(3, 2)]);
    expect(await sendFirst(api, press)).toMatchObject({ type: 'saved', events: [{ duplicate: false }] });
    expect(lines.slice(4)).toEqual([line(4, 3)]);
  });

  test('does not do so where it is sent again, and may be older than that', async () => {
    const { api, lines } = apiKeeping([line(0, null), line(1, null), line(2, 1), line(3, 2)]);
    expect(await sendAgain(api, press)).toMatchObject({ type: 'refused', ofStoredToo: true });
    expect(lines).toHaveLength(4);
  });
});
