import { expect, test, vi } from 'vitest';
import { startProgress } from '../../src/cli/progress.ts';

test('progress on a terminal counts on one line, five times a second, and ends with the whole', () => {
  vi.useFakeTimers();
  let written = '';
  const write = (text: string | Uint8Array) => {
    written += String(text);
    return true;
  };
  const progress = startProgress('events', { isTTY: true, write });
  for (let step = 0; step < 1_000; step += 1) {
    progress.step();
    vi.advanceTimersByTime(1);
  }
  progress.end();
  vi.useRealTimers();
  expect(written).toBe('\r1 events\r201 events\r401 events\r601 events\r801 events\r1000 events\n');
});

test('progress says nothing where there is no terminal', () => {
  const write = vi.fn(() => true);
  const progress = startProgress('events', { isTTY: false, write });
  progress.step();
  progress.end();
  expect(write).not.toHaveBeenCalled();
  expect(progress.count()).toBe(1);
});
