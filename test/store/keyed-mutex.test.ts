import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKeyedMutex, type KeyedMutex } from '../../src/store/keyed-mutex.ts';

describe('turns', () => {
  let turns: KeyedMutex;
  let told: string[];
  beforeEach(() => {
    turns = createKeyedMutex();
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

  test('of one character come one after the other, in order', async () => {
    const names = await Promise.all(
      ['first', 'second', 'third'].map((name, nth) => turns(['bard'], work(name, 15 - 5 * nth), undefined)),
    );
    expect(names).toEqual(['first', 'second', 'third']);
    expect(told).toEqual(['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test('of two characters do not wait for each other', async () => {
    await Promise.all([
      turns(['bard'], work('slow', 30), undefined),
      turns(['monk'], work('fast'), undefined),
    ]);
    expect(told.slice(0, 3)).toEqual(['slow begins', 'fast begins', 'fast ends']);
  });

  test('of several characters wait for all of them', async () => {
    await Promise.all([
      turns(['bard'], work('bard', 20), undefined),
      turns(['monk'], work('monk'), undefined),
      turns(['bard', 'monk'], work('both'), undefined),
      turns(['monk'], work('later'), undefined),
    ]);
    expect(told.slice(-4)).toEqual(['both begins', 'both ends', 'later begins', 'later ends']);
  });

  test('go on after work that failed', async () => {
    const failing = turns(['bard'], () => Promise.reject(new Error('no')), undefined);
    const next = turns(['bard'], work('next'), undefined);
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  test('that are free do not begin when the time is over', async () => {
    const late = turns(['bard'], work('late'), AbortSignal.abort());
    await expect(late).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(told).toEqual([]);
  });

  test('that come too late do not begin, and do not let others pass', async () => {
    const slow = turns(['bard'], work('slow', 50), undefined);
    const late = turns(['bard'], work('late'), AbortSignal.timeout(10));
    const next = turns(['bard'], work('next'), undefined);
    await expect(late).rejects.toMatchObject({ name: 'StoreFault', code: 'STORE_TIMEOUT', retryable: true });
    await Promise.all([slow, next]);
    expect(told).toEqual(['slow begins', 'slow ends', 'next begins', 'next ends']);
  });
});
