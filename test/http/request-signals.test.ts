import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { requestSignals } from '../../src/http/request-signals.ts';

describe('the signals of a request', () => {
  test('are aborted, for the same reason, when its time is over, also those that are asked for later', async () => {
    const { signals } = request(20);
    const { interest } = signals;
    expect(interest.aborted).toBe(false);
    await sleep(40);
    expect(interest.reason).toMatchObject({ name: 'TimeoutError' });
    expect(signals.deadline.reason).toBe(interest.reason);
  });

  test('say that nobody waits, when the connection is gone before the answer', () => {
    const { raw, signals } = request(1_000);
    raw.emit('close');
    expect(signals.interest.aborted).toBe(true);
    expect(signals.deadline.aborted).toBe(false);
  });

  test('are not aborted any more once it is answered', async () => {
    const { raw, signals } = request(20);
    raw.writableFinished = true;
    raw.emit('close');
    await sleep(40);
    expect([signals.interest.aborted, signals.deadline.aborted]).toEqual([false, false]);
  });

  test('serve again once a request is answered in time', () => {
    const { raw, signals } = request(1_000);
    const { deadline } = signals;
    raw.writableFinished = true;
    raw.emit('close');
    expect(request(1_000).signals.interest).toBe(deadline);
    expect(signals.deadline).not.toBe(deadline);
  });

  test('serve no other request when they were aborted', async () => {
    const { raw, signals } = request(20);
    const aborted = [signals.deadline, signals.interest];
    await sleep(40);
    raw.writableFinished = true;
    raw.emit('close');
    const next = request(1_000).signals;
    expect([next.deadline, next.interest].filter((signal) => signal.aborted)).toEqual([]);
    expect(aborted.every((signal) => signal.aborted)).toBe(true);
  });

  test('have no getters of their own, which V8 would keep until it collects the old generation', () => {
    const properties = Object.values(Object.getOwnPropertyDescriptors(request(1_000).signals));
    expect(properties.filter((property) => property.get !== undefined)).toEqual([]);
  });
});

function request(timeoutMs: number) {
  const raw = Object.assign(new EventEmitter(), { writableFinished: false });
  return { raw, signals: requestSignals({ raw }, timeoutMs) };
}
