import type { RunningEngine } from './engine-process.ts';
import { startHttpProxy } from './http-proxy.ts';

/** One call of DynamoDB that went through the proxy. */
export type Call = { readonly operation: string; readonly capacityUnits: number };

/** A proxy in front of a DynamoDB engine that keeps what was called and what it cost. */
export type CountingProxy = RunningEngine & {
  /** The calls since the last time it was asked. */
  readonly takeCalls: () => readonly Call[];
};

/** Starts a counting proxy. */
export async function startCountingProxy(endpoint: string): Promise<CountingProxy> {
  let calls: Call[] = [];
  const proxy = await startHttpProxy(endpoint, async ({ operation, forward }) => {
    const answer = await forward();
    calls.push({ operation, capacityUnits: capacityOf(answer.body) });
    return answer;
  });
  return {
    ...proxy,
    takeCalls: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
  };
}

function capacityOf(body: Buffer): number {
  const { ConsumedCapacity } = JSON.parse(body.toString() || '{}');
  const consumed: readonly { readonly CapacityUnits?: number }[] = [ConsumedCapacity ?? []].flat();
  return consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
