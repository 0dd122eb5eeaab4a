import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { requestSignals } from '../../src/http/request-signals.ts';

describe('the signals of a request', () => {
  test('are aborted, for the same reason, when its time is over, also those that are asked for later', async () => {
    const { signals } = request(20);
    const { clientGone } = signals;
    expect(clientGone.aborted).toBe(false);
    await sleep(40);
    expect(clientGone.reason).toMatchObject({ name: 'TimeoutError' });
    expect(signals.deadline.reason).toBe(clientGone.reason);
  });

  test('say that nobody waits, when the connection is gone before the answer', () => {
    const { raw, signals } = request(1_000);
    raw.emit('close');
    expect(signals.clientGone.aborted).toBe(true);
    expect(signals.deadline.aborted).toBe(false);
  });

  test('are not aborted any more once it is answered', async () => {
    const { signals, answer } = request(20);
    answer();
    await sleep(40);
    expect([signals.clientGone.aborted, signals.deadline.aborted]).toEqual([false, false]);
  });

  test('serve again once a request is answered in time, and nobody listens to them', () => {
    const { signals, answer } = request(1_000);
    const { deadline } = signals;
    expect(request(1_000).signals.deadline).not.toBe(deadline);
    answer();
    expect(request(1_000).signals.clientGone).toBe(deadline);
    expect(signals.deadline).not.toBe(deadline);
  });

  test('serve no other request while an append or a read listens to them; the read is told to end', () => {
    const { signals, answer } = request(1_000);
    const { deadline, clientGone } = signals;
    for (const signal of [deadline, clientGone]) signal.addEventListener('abort', () => undefined);
    answer();
    expect([deadline.aborted, clientGone.aborted]).toEqual([false, true]);
    expect([deadline, clientGone]).not.toContain(request(1_000).signals.deadline);
  });

  test('serve no other request when the client went away', () => {
    const { raw, signals } = request(1_000);
    const { deadline } = signals;
    raw.emit('close');
    expect(request(1_000).signals.deadline).not.toBe(deadline);
  });

  test('serve no other request when they were aborted', async () => {
    const { signals, answer } = request(20);
    const aborted = [signals.deadline, signals.clientGone];
    await sleep(40);
    answer();
    const next = request(1_000).signals;
    expect([next.deadline, next.clientGone].filter((signal) => signal.aborted)).toEqual([]);
    expect(aborted.every((signal) => signal.aborted)).toBe(true);
  });

  test('have no getters of their own, which V8 would keep until it collects the old generation', () => {
    const properties = Object.values(Object.getOwnPropertyDescriptors(request(1_000).signals));
    expect(properties.filter((property) => property.get !== undefined)).toEqual([]);
  });
});

function request(timeoutMs: number) {
  const raw = Object.assign(new EventEmitter(), { writableFinished: false });
  const answer = () => {
    raw.writableFinished = true;
    raw.emit('close');
  };
  return { raw, signals: requestSignals({ raw }, timeoutMs), answer };
}
