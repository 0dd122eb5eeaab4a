import { EventEmitter, getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRequestSignals } from '../../src/http/request-signals.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('the signals of a request', () => {
  test('are aborted, for the same reason, when its time is over, also those that are asked for later', async () => {
    const { signals } = request(20);
    const { clientGone } = signals;
    expect(clientGone.aborted).toBe(false);
    await sleep(40);
    expect(clientGone.reason).toMatchObject({ name: 'TimeoutError' });
    expect(signals.deadline.reason).toBe(clientGone.reason);
    expect(signals.isAbandoned).toBe(false);
  });

  test('say that the client is gone, when the connection closes before the answer', () => {
    const { raw, signals } = request(1_000);
    raw.emit('close');
    expect(signals.isAbandoned).toBe(true);
    expect(signals.clientGone.aborted).toBe(true);
    expect(signals.deadline.aborted).toBe(false);
  });

  test('do not end reads by the time any more once it is answered', async () => {
    const { signals, answer } = request(20);
    const { clientGone } = signals;
    answer();
    await sleep(40);
    expect(clientGone.aborted).toBe(false);
  });

  test('end reads that still run when the request is answered, and let appends go on', () => {
    const { signals, answer } = request(1_000);
    const { deadline, clientGone } = signals;
    for (const signal of [deadline, clientGone]) signal.addEventListener('abort', () => undefined);
    answer();
    expect([deadline.aborted, clientGone.aborted, signals.isAbandoned]).toEqual([false, true, true]);
  });

  test('know a client that left before its signal was read', () => {
    const { raw, signals } = request(1_000);
    raw.emit('close');
    expect([signals.isAbandoned, signals.clientGone.aborted]).toEqual([true, true]);
  });

  test('share the deadline with requests of the same moment, and nothing else', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const signalsOf = createRequestSignals(200);
    const [one, other] = [request(signalsOf), request(signalsOf)];
    one.raw.emit('close');
    expect([one.signals.clientGone.aborted, other.signals.clientGone.aborted]).toEqual([true, false]);
    expect(one.signals.deadline).toBe(other.signals.deadline);
    vi.advanceTimersByTime(49);
    expect(request(signalsOf).signals.deadline).toBe(one.signals.deadline);
    vi.advanceTimersByTime(1);
    expect(request(signalsOf).signals.deadline).not.toBe(one.signals.deadline);
  });

  test('leave no listener on a shared deadline once the request is answered', () => {
    const { signals, answer } = request(1_000);
    signals.clientGone.addEventListener('abort', () => undefined);
    expect(getEventListeners(signals.deadline, 'abort')).toHaveLength(1);
    answer();
    expect(getEventListeners(signals.deadline, 'abort')).toHaveLength(0);
  });

  test('have no getters of their own, which V8 would keep until it collects the old generation', () => {
    const properties = Object.values(Object.getOwnPropertyDescriptors(request(1_000).signals));
    expect(properties.filter((property) => property.get !== undefined)).toEqual([]);
  });
});

function request(time: number | ReturnType<typeof createRequestSignals>) {
  const raw = Object.assign(new EventEmitter(), { writableFinished: false, closed: false });
  raw.once('close', () => {
    raw.closed = true;
  });
  const answer = () => {
    raw.writableFinished = true;
    raw.emit('close');
  };
  const signalsOf = typeof time === 'number' ? createRequestSignals(time) : time;
  return { raw, signals: signalsOf({ raw }), answer };
}
