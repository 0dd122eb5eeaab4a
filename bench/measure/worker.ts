import { once } from 'node:events';
import { type RunningProcess, startProcess } from './running-process.ts';

/** How much is done: for how long, and how many at a time. */
export type Effort = { readonly inFlight: number; readonly milliseconds: number };

/** What came of it. */
export type Sample = {
  readonly count: number;
  readonly milliseconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** A process that does one kind of work again and again when it is told to. */
export type Worker<Task extends Effort> = RunningProcess & { readonly run: (task: Task) => Promise<Sample> };

/** Starts a built program that calls `workOnRequest`. */
export function startWorker<Task extends Effort>(
  program: URL,
  env: Readonly<Record<string, string>> = {},
): Worker<Task> {
  const { running } = startProcess(process.execPath, ['--no-warnings', program.pathname], { env, ipc: true });
  const died = once(running.child, 'exit').then(([code]) => {
    throw new Error(`Expected work from ${program.pathname}, got its end with code ${code}.`);
  });
  died.catch(() => {});
  return {
    ...running,
    run: async (task) => {
      running.child.send(task);
      const [answer] = await Promise.race([once(running.child, 'message'), died]);
      return answer as Sample;
    },
  };
}

/**
 * In a worker: does a step again and again, as many at a time and for as long as it is told. A step gets a number
 * of its own among those at the same time, 0 to `inFlight` − 1. A step that fails ends the process.
 */
export function workOnRequest<Task extends Effort>(
  stepOf: (task: Task) => (lane: number) => Promise<unknown>,
) {
  process.on('message', async (message) => {
    const task = message as Task;
    const step = stepOf(task);
    const took: number[] = [];
    const began = performance.now();
    const end = began + task.milliseconds;
    const lane = async (_: unknown, nth: number) => {
      for (let start = began; start < end; ) {
        await step(nth);
        const now = performance.now();
        took.push(now - start);
        start = now;
      }
    };
    await Promise.all(Array.from({ length: task.inFlight }, lane));
    const sorted = took.toSorted((one, other) => one - other);
    const percentile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
    process.send?.({
      count: took.length,
      milliseconds: performance.now() - began,
      p50Ms: percentile(0.5),
      p99Ms: percentile(0.99),
    } satisfies Sample);
  });
}
