import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPoller } from '../../src/store/waiting.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a poller polls while at least one subscription needs it, and holds no timer after that', async () => {
  const poll = vi.fn(async () => {});
  const { start } = createPoller(100, poll, () => {});
  await vi.advanceTimersByTimeAsync(500);
  expect(poll).toHaveBeenCalledTimes(0);

  const leaveFirst = start();
  const leaveSecond = start();
  await vi.advanceTimersByTimeAsync(350);
  expect(poll).toHaveBeenCalledTimes(3);
  leaveFirst();
  await vi.advanceTimersByTimeAsync(100);
  expect(poll).toHaveBeenCalledTimes(4);
  leaveSecond();
  await vi.advanceTimersByTimeAsync(200);
  expect(vi.getTimerCount()).toBe(0);

  start();
  await vi.advanceTimersByTimeAsync(100);
  expect(poll.mock.calls.length).toBeGreaterThan(4);
});

test('a poller never runs two polls at once, however long one takes', async () => {
  let underWay = 0;
  let most = 0;
  const { start } = createPoller(
    100,
    async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 450));
      underWay -= 1;
    },
    () => {},
  );
  const leave = start();
  await vi.advanceTimersByTimeAsync(250);
  leave();
  start();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(most).toBe(1);
});

test('a poller that is stopped polls no more, though a subscription is left over', async () => {
  const stopped = new AbortController();
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 50));
  const poll = vi.fn(slow);
  const { start } = createPoller(100, poll, () => {}, stopped.signal);
  start();
  await vi.advanceTimersByTimeAsync(125);
  stopped.abort();
  await vi.advanceTimersByTimeAsync(1_000);
  start();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(poll).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});
