import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onceATurn } from '../../../src/store/embedded/turn.ts';

test('work is done once for all who ask in a turn, and anew in the next', async () => {
  let times = 0;
  const work = onceATurn(() => {
    times += 1;
    return times;
  });
  expect([work(), work()]).toEqual([1, 1]);
  const together = Promise.resolve();
  expect(await Promise.all([together.then(work), together.then(work)])).toEqual([2, 2]);
  await nextTurn();
  expect(work()).toBe(3);
});

test('work that throws is done again by the next who asks', () => {
  let times = 0;
  const work = onceATurn(() => {
    times += 1;
    if (times === 1) throw new RangeError('once');
    return times;
  });
  expect(work).toThrow('once');
  expect(work()).toBe(2);
});
