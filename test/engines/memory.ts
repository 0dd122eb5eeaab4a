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
    peak = Math.max(peak, await rssAnonMegabytes(child).catch(() => 0));
  }, 50);
  await once(child, 'close');
  clearInterval(sample);
  return peak;
}
