import { cpus, release, totalmem } from 'node:os';

/** What the figures of a run depend on. */
export type Machine = {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly linux: string;
  readonly node: string;
};

/** This machine. */
export function thisMachine(): Machine {
  const cores = cpus();
  return {
    cores: cores.length,
    processor: cores[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    linux: release(),
    node: process.version,
  };
}
