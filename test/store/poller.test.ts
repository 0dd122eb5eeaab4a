import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPoller } from '../../src/store/poller.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a poller repeats its round while anyone is interested, and holds no timer then', async () => {
  const round = vi.fn(async () => {});
  const { join } = createPoller(100, round, () => {});
  await vi.advanceTimersByTimeAsync(500);
  expect(round).toHaveBeenCalledTimes(0);

  const leaveFirst = join();
  const leaveSecond = join();
  await vi.advanceTimersByTimeAsync(350);
  expect(round).toHaveBeenCalledTimes(3);
  leaveFirst();
  await vi.advanceTimersByTimeAsync(100);
  expect(round).toHaveBeenCalledTimes(4);
  leaveSecond();
  await vi.advanceTimersByTimeAsync(200);
  expect(vi.getTimerCount()).toBe(0);

  join();
  await vi.advanceTimersByTimeAsync(100);
  expect(round.mock.calls.length).toBeGreaterThan(4);
});

test('a poller never has two rounds under way, however long one takes', async () => {
  let underWay = 0;
  let most = 0;
  const { join } = createPoller(
    100,
    async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 450));
      underWay -= 1;
    },
    () => {},
  );
  const leave = join();
  await vi.advanceTimersByTimeAsync(250);
  leave();
  join();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(most).toBe(1);
});
