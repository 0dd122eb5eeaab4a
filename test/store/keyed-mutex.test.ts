import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyedMutex, type RunExclusive } from '../../src/store/keyed-mutex.ts';

describe('a keyed mutex', () => {
  let runExclusive: RunExclusive;
  let told: string[];
  beforeEach(() => {
    runExclusive = createKeyedMutex();
    told = [];
  });

  const work =
    (name: string, forMs = 5) =>
    async () => {
      told.push(`${name} begins`);
      await sleep(forMs);
      told.push(`${name} ends`);
      return name;
    };

  test('runs work on one key one after the other, in order', async () => {
    const names = await Promise.all(
      ['first', 'second', 'third'].map((name, nth) =>
        runExclusive(['bard'], work(name, 15 - 5 * nth), undefined),
      ),
    );
    expect(names).toEqual(['first', 'second', 'third']);
    expect(told).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test('lets work on two keys run at once', async () => {
    await Promise.all([
      runExclusive(['bard'], work('slow', 30), undefined),
      runExclusive(['monk'], work('fast'), undefined),
    ]);
    expect(told.slice(0, 3)).toEqual(['slow begins', 'fast begins', 'fast ends']);
  });

  test('waits for all of several keys', async () => {
    await Promise.all([
      runExclusive(['bard'], work('bard', 20), undefined),
      runExclusive(['monk'], work('monk'), undefined),
      runExclusive(['bard', 'monk'], work('both'), undefined),
      runExclusive(['monk'], work('later'), undefined),
    ]);
    expect(told.slice(-4)).toEqual(['both begins', 'both ends', 'later begins', 'later ends']);
  });

  test('goes on after work that failed', async () => {
    const failing = runExclusive(['bard'], () => Promise.reject(new Error('no')), undefined);
    const next = runExclusive(['bard'], work('next'), undefined);
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  test('begins nothing for a signal that is aborted, though the key is free', async () => {
    const late = runExclusive(['bard'], work('late'), AbortSignal.abort());
    await expect(late).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(told).toEqual([]);
  });

  test('does not begin work whose signal aborts while it waits, and lets nothing overtake', async () => {
    const slow = runExclusive(['bard'], work('slow', 50), undefined);
    const end = new AbortController();
    const late = runExclusive(['bard'], work('late'), end.signal);
    const next = runExclusive(['bard'], work('next'), undefined);
    end.abort();
    await expect(late).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_TIMEOUT', retryable: true });
    await Promise.all([slow, next]);
    expect(told).toEqual(['slow begins', 'slow ends', 'next begins', 'next ends']);
  });
});
