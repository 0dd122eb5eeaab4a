import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** The memory that a process has for itself, in MB. */
export async function rssAnonMegabytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) / 1_024);
}

/** The most memory, in MB, that a process is seen to have for itself until its end. */
export async function peakMegabytes(child: ChildProcess): Promise<number> {
  let peak = 0;
  const sample = setInterval(async () => {
    // A process that is just ending has no memory to tell of.
    const now = await rssAnonMegabytes(child).catch(() => Number.NaN);
    peak = Number.isNaN(now) ? peak : Math.max(peak, now);
  }, 50);
  await once(child, 'close');
  clearInterval(sample);
  return peak;
}
