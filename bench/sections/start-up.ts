import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDynoxide } from '../engines/dynoxide.ts';
import type { Appends } from '../load/appends.ts';
import { append } from '../load/seed.ts';
import { subscribe } from '../load/subscribers.ts';
import type { Row, Section } from '../measure/report.ts';
import { median } from '../measure/rounds.ts';
import type { RunningServer } from '../measure/running-process.ts';
import { startWorker } from '../measure/worker.ts';
import { built } from '../repository.ts';
import { startOurs, startPeer } from '../servers/start.ts';
import type { Plan } from './plan.ts';

type Start = () => Promise<RunningServer>;

/** How long servers take to listen, and how much memory they have then, after many appends, and while followed. */
export async function startUp({ rounds }: Plan, appends: number): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
  const engine = await startDynoxide();
  const dynamoDb = {
    EVENT_STORE: 'dynamodb',
    EVENT_STORE_TABLE: 'events',
    DYNAMODB_ENDPOINT: engine.endpoint,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const embedded = { EVENT_STORE: 'embedded', EVENT_STORE_PATH: join(folder, 'ours') };
  const rows = [
    await rowOf('this server, embedded', () => startOurs(embedded), rounds, appends, 1_000),
    await rowOf('this server, DynamoDB', () => startOurs(dynamoDb), rounds, appends, 1_000),
    await rowOf(
      'Apollo in Fastify, bare resolver, DynamoDB',
      () => startPeer('apollo-fastify', dynamoDb),
      rounds,
      appends,
    ),
  ];
  await engine.stop();
  await rm(folder, { recursive: true });
  return {
    title: 'Start-up and memory',
    about: `From the start of the process until it listens, and RssAnon in MB: idle, after ${appends.toLocaleString('en')} appends by 64 at a time, and a fresh server with 1,000 subscribers.`,
    columns: ['start ms', 'idle MB', 'after appends MB', 'followed MB'],
    rows,
  };
}

async function rowOf(
  name: string,
  start: Start,
  rounds: number,
  appends: number,
  subscribers?: number,
): Promise<Row> {
  const starts = [];
  for (let round = 0; round < rounds; round += 1) {
    const server = await start();
    starts.push(server.startMs);
    await server.stop();
  }
  const server = await start();
  await sleep(1_000);
  const idle = await server.rssAnonMb();
  await appendMany(server.url, appends);
  const used = await server.rssAnonMb();
  await server.stop();
  const followed = subscribers === undefined ? undefined : await memoryWhileFollowed(start, subscribers);
  return { name, values: [median(starts), idle, used, followed] };
}

async function appendMany(url: string, appends: number): Promise<void> {
  const load = startWorker<Appends>(new URL('load/appends.js', built));
  for (let done = 0; done < appends; ) {
    const { count } = await load.run({ url, inFlight: 64, milliseconds: 2_000 });
    done += count;
  }
  await load.stop();
}

async function memoryWhileFollowed(start: Start, count: number): Promise<number> {
  const server = await start();
  const characterId = `followed-${process.pid}`;
  await append(server.url, characterId, 0);
  const subscribers = await subscribe(server.url, characterId, count);
  await sleep(1_000);
  const megabytes = await server.rssAnonMb();
  await subscribers.leave();
  await server.stop();
  return megabytes;
}
