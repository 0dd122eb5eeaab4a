import type { RunningProcess } from './running-process.ts';
import type { Effort, Sample } from './worker.ts';

/** Something that is measured beside others. */
export type Contestant = {
  readonly name: string;
  /** Whose processor time is counted. */
  readonly process: Pick<RunningProcess, 'cpuMs'>;
  readonly run: (effort: Effort) => Promise<Sample>;
};

/** What one round measured of a contestant. */
export type Measurement = {
  readonly perSecond: number;
  /** Processor time of its process, all threads, for one piece of work, in milliseconds. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** What all rounds measured, in the order of the rounds. */
export type Rounds = ReadonlyMap<string, readonly Measurement[]>;

/**
 * Lets contestants work in turn, again and again, the first of a round being another one each time, after a round
 * that is not counted.
 */
export async function alternate(
  contestants: readonly Contestant[],
  rounds: number,
  effort: Effort,
): Promise<Rounds> {
  const measured = new Map<string, Measurement[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(turn + round + 1) % contestants.length];
      if (contestant === undefined) continue;
      const measurement = await measure(contestant, effort);
      if (round >= 0) measured.get(contestant.name)?.push(measurement);
    }
  }
  return measured;
}

async function measure({ process, run }: Contestant, effort: Effort): Promise<Measurement> {
  const before = await process.cpuMs();
  const { count, milliseconds, p50Ms, p99Ms } = await run(effort);
  const cpuMs = ((await process.cpuMs()) - before) / count;
  return { perSecond: (count * 1_000) / milliseconds, cpuMs, p50Ms, p99Ms };
}

/** The median of a contestant's measurements. */
export function medianOf(rounds: Rounds, name: string, of: keyof Measurement): number {
  return median((rounds.get(name) ?? []).map((measurement) => measurement[of]));
}

/** The median, over the rounds, of a contestant's measurement as a share of another's in the same round. */
export function ratioOf(rounds: Rounds, name: string, to: string, of: keyof Measurement): number {
  const others = rounds.get(to) ?? [];
  const ratios = (rounds.get(name) ?? []).map((each, nth) => each[of] / (others[nth]?.[of] ?? Number.NaN));
  return median(ratios);
}

/** The one in the middle, or the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
