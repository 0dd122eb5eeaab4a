import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Appends } from '../load/appends.ts';
import type { Section } from '../measure/report.ts';
import { alternate, type Contestant, medianOf, ratioOf } from '../measure/rounds.ts';
import { startWorker } from '../measure/worker.ts';
import { built } from '../repository.ts';
import { startOurs, startPeer } from '../servers/start.ts';
import type { Plan } from './plan.ts';

const ours = 'this server, durable';
const nothing = 'Apollo in Fastify, a resolver that stores nothing';
const lmdbResolver = 'Apollo in Fastify, a resolver that inserts into LMDB';
const loop = 'bare LMDB insert loop, durable, no server';

/** Appends to the folder of the embedded store, so many at a time. */
export async function embeddedAppend(plan: Plan, inFlight: number): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-embedded-'));
  const server = await startOurs({ EVENT_STORE: 'embedded', EVENT_STORE_PATH: join(folder, 'ours') });
  const bare = await startPeer('apollo-fastify', { STORE: 'nothing' });
  const storing = await startPeer('apollo-fastify', {
    STORE: 'lmdb',
    EVENT_STORE_PATH: join(folder, 'resolver'),
  });
  const lmdb = startWorker(new URL('loops/append.js', built), {
    STORE: 'lmdb',
    EVENT_STORE_PATH: join(folder, 'loop'),
  });
  const load = startWorker<Appends>(new URL('load/appends.js', built));

  const contestants: readonly Contestant[] = [
    { name: ours, process: server, run: (effort) => load.run({ ...effort, url: server.url }) },
    { name: nothing, process: bare, run: (effort) => load.run({ ...effort, url: bare.url }) },
    { name: lmdbResolver, process: storing, run: (effort) => load.run({ ...effort, url: storing.url }) },
    { name: loop, process: lmdb, run: lmdb.run },
  ];
  const rounds = await alternate(contestants, plan.rounds, { inFlight, milliseconds: plan.milliseconds });
  for (const each of [load, lmdb, storing, bare, server]) await each.stop();
  await rm(folder, { recursive: true });

  const perSecond = Math.round(medianOf(rounds, nothing, 'perSecond'));
  const cpuMs = medianOf(rounds, nothing, 'cpuMs').toFixed(2);
  return {
    title: `Embedded append, ${inFlight} in flight`,
    about: `Throughput: 1.00 = ${perSecond} a second. CPU: 1.00 = ${cpuMs} ms of the server process a request.`,
    columns: ['throughput', 'CPU a request', 'p50 ms', 'p99 ms'],
    rows: contestants.map(({ name }) => ({
      name,
      values: [
        ratioOf(rounds, name, nothing, 'perSecond'),
        ratioOf(rounds, name, nothing, 'cpuMs'),
        medianOf(rounds, name, 'p50Ms'),
        medianOf(rounds, name, 'p99Ms'),
      ],
    })),
  };
}
