import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append } from '../load/seed.ts';
import { subscribe } from '../load/subscribers.ts';
import type { Section } from '../measure/report.ts';
import { median } from '../measure/rounds.ts';
import { startOurs } from '../servers/start.ts';

const appends = 50;

/** How long events take from their acknowledgement to those who follow the character. */
export async function live(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-live-'));
  const server = await startOurs({ EVENT_STORE: 'embedded', EVENT_STORE_PATH: join(folder, 'ours') });
  const rows = [];
  for (const count of [1, 100, 1_000]) {
    const characterId = `followed-by-${count}`;
    await append(server.url, characterId, 0);
    const subscribers = await subscribe(server.url, characterId, count);
    const middle: number[] = [];
    const last: number[] = [];
    for (let version = 1; version <= appends; version += 1) {
      await append(server.url, characterId, version);
      const acknowledged = performance.now();
      const waits = (await subscribers.have(version)).map((arrival) => arrival - acknowledged);
      middle.push(median(waits));
      last.push(Math.max(...waits));
    }
    await subscribers.leave();
    rows.push({
      name: count === 1 ? '1 subscriber' : `${count.toLocaleString('en')} subscribers`,
      values: [median(middle), median(last), Math.max(...last)],
    });
  }
  await server.stop();
  await rm(folder, { recursive: true });
  return {
    title: 'Live: from an acknowledged append to its subscribers',
    about: `Milliseconds after the answer to the append came, one append at a time, ${appends} of them; below 0 is before the answer.`,
    columns: ['half have it', 'all have it', 'worst of all'],
    rows,
  };
}
