import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createAnswer, createLargeAnswers } from '../../src/graphql/large-answers.ts';
import { createPause, createTurnQueue } from '../../src/store/turn-queue.ts';

const signals = (clientGone = new AbortController().signal) => ({ clientGone });

/** Keeps the processor busy. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('the text of an answer', () => {
  test('is counted in bytes, and ends the answer beyond 10 MB', () => {
    const { withText } = createAnswer(signals());
    const note = 'ö'.repeat(2_500_000);
    expect([withText(note), withText(note)]).toEqual([note, note]);
    expect(() => withText('x')).toThrow('Expected an answer of at most 10000000 bytes of text, got more');
  });
});

describe('the lists of an answer', () => {
  test('are what they are while it is small', () => {
    const items = [1, 2, 3];
    expect(createAnswer(signals()).inTurns(items)).toBe(items);
  });

  test('come in order and let others have a turn where it is large', async () => {
    const answer = createAnswer(signals());
    answer.takeTurns(createPause(createTurnQueue()));
    const order: string[] = [];
    let isOver = false;
    const other = async () => {
      for (; !isOver; await nextTurn()) order.push('another request');
    };
    const others = other();
    const items = Array.from({ length: 60 }, (_, nth) => nth);
    const made = answer.inTurns(items).map(async (item) => {
      order.push(`item ${await item}`);
      work(2);
    });
    await Promise.all(made);
    isOver = true;
    await others;
    expect(order.filter((each) => each.startsWith('item'))).toEqual(items.map((item) => `item ${item}`));
    const betweenItems = order.slice(order.indexOf('item 0'), order.indexOf('item 59'));
    expect(betweenItems.filter((each) => each === 'another request').length).toBeGreaterThanOrEqual(5);
  });

  test('fail once the time is over, or the client is gone', async () => {
    const controller = new AbortController();
    const answer = createAnswer(signals(controller.signal));
    answer.takeTurns(createPause(createTurnQueue()));
    const [first, ...others] = answer.inTurns([1, 2, 3, 4, 5, 6, 7, 8, 9]).map(async (item) => {
      await item;
      controller.abort();
    });
    await first;
    const ends = await Promise.allSettled(others);
    expect(ends.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'STORE_TIMEOUT' } });
  });
});

describe('large answers', () => {
  const patient = new AbortController().signal;

  test('are made two at a time, in the order of arrival', async () => {
    const { begin, end } = createLargeAnswers();
    const begun: number[] = [];
    const starts = [1, 2, 3, 4, 5].map(async (nth) => {
      await begin('one', patient);
      begun.push(nth);
    });
    await nextTurn();
    expect(begun).toEqual([1, 2]);
    end();
    await nextTurn();
    expect(begun).toEqual([1, 2, 3]);
    for (let nth = 0; nth < 4; nth += 1) end();
    await Promise.all(starts);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  test('begin one of each caller in turn', async () => {
    const { begin, end } = createLargeAnswers();
    const begun: string[] = [];
    const ask = async (caller: string) => {
      await begin(caller, patient);
      begun.push(caller);
    };
    const asked = ['greedy', 'greedy', 'greedy', 'greedy', 'modest', 'greedy', 'other'].map(ask);
    for (let nth = 0; nth < 7; nth += 1) {
      await nextTurn();
      end();
    }
    await Promise.all(asked);
    expect(begun).toEqual(['greedy', 'greedy', 'greedy', 'modest', 'other', 'greedy', 'greedy']);
  });

  test('wait no longer than their time, and leave their place to the next', async () => {
    const { begin, end } = createLargeAnswers();
    for (let nth = 0; nth < 2; nth += 1) await begin('one', patient);
    const controller = new AbortController();
    const late = begin('one', controller.signal);
    let hasBegun = false;
    const next = begin('one', patient).then(() => {
      hasBegun = true;
    });
    controller.abort();
    await expect(late).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(hasBegun).toBe(false);
    end();
    await next;
  });
});
