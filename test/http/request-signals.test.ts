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
    expect(signals.isAbandoned).toBe(false);
  });

  test('say that the client is gone, when the connection closes before the answer', () => {
    const { raw, signals } = request(1_000);
    raw.emit('close');
    expect(signals.isAbandoned).toBe(true);
    expect(signals.clientGone.aborted).toBe(true);
    expect(signals.deadline.aborted).toBe(false);
  });

  test('are not aborted any more once it is answered', async () => {
    const { signals, answer } = request(20);
    answer();
    await sleep(40);
    expect([signals.clientGone.aborted, signals.deadline.aborted]).toEqual([false, false]);
  });

  test('end reads that still run when the request is answered, and let appends go on', () => {
    const { signals, answer } = request(1_000);
    const { deadline, clientGone } = signals;
    for (const signal of [deadline, clientGone]) signal.addEventListener('abort', () => undefined);
    answer();
    expect([deadline.aborted, clientGone.aborted, signals.isAbandoned]).toEqual([false, true, true]);
  });

  test('are of one request alone', () => {
    const { signals, answer } = request(1_000);
    const { deadline } = signals;
    answer();
    expect(request(1_000).signals.deadline).not.toBe(deadline);
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
