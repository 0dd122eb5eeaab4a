import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { withoutAuthentication } from '../../src/http/authentication.ts';
import { pages } from '../../src/http/pages.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('readiness', () => {
  test('is looked up once for all who ask within a second, and logged once where the store fails', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let looks = 0;
    let isUp = true;
    const logged: unknown[] = [];
    const server = Fastify();
    await server.register(pages, {
      ping: async () => {
        looks += 1;
        await sleep(20);
        if (!isUp) throw new Error('down');
      },
      authenticate: withoutAuthentication,
      metrics: { contentType: 'text/plain', text: async () => '' },
      offlineIde: false,
      sheetSendsIds: false,
      log: { warn: (line: unknown) => logged.push(line) },
    });
    const statuses = async () => {
      const answers = await Promise.all(Array.from({ length: 500 }, () => server.inject('/readyz')));
      return new Set(answers.map(({ statusCode }) => statusCode));
    };
    expect([await statuses(), looks]).toEqual([new Set([200]), 1]);
    isUp = false;
    vi.advanceTimersByTime(999);
    expect([await statuses(), looks]).toEqual([new Set([200]), 1]);
    vi.advanceTimersByTime(1);
    expect([await statuses(), looks, logged.length]).toEqual([new Set([503]), 2, 1]);
    isUp = true;
    vi.advanceTimersByTime(1_000);
    expect([await statuses(), looks]).toEqual([new Set([200]), 3]);
    await server.close();
  });
});
