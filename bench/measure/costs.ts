import type { Costs } from '../servers/counted-client.ts';

/** What a server has had of DynamoDB so far. */
export type CostsOf = (url: string) => Promise<Costs>;

/** Of this project's server, which tells it at `/metrics`. */
export const costsInMetrics: CostsOf = async (url) => {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return {
    calls: sumOf(text, 'dynamodb_calls_total'),
    capacityUnits: sumOf(text, 'dynamodb_consumed_capacity_units_total'),
  };
};

/** Of a server around a library, which tells it at `/costs`. */
export const costsAtCosts: CostsOf = async (url) => {
  return (await (await fetch(new URL('/costs', url))).json()) as Costs;
};

/** What some work costs. */
export async function costOf(costs: CostsOf, url: string, work: () => Promise<unknown>): Promise<Costs> {
  const before = await costs(url);
  await work();
  const after = await costs(url);
  return { calls: after.calls - before.calls, capacityUnits: after.capacityUnits - before.capacityUnits };
}

function sumOf(text: string, metric: string): number {
  const lines = text.split('\n').filter((line) => line.startsWith(`${metric}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
