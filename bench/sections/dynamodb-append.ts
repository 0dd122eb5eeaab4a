import { startDynoxide, startLatencyProxy } from '../engines/dynoxide.ts';
import type { Appends } from '../load/appends.ts';
import type { Section } from '../measure/report.ts';
import { alternate, type Contestant, medianOf, ratioOf } from '../measure/rounds.ts';
import type { RunningServer } from '../measure/running-process.ts';
import { startWorker } from '../measure/worker.ts';
import { built } from '../repository.ts';
import { startOurs, startPeer } from '../servers/start.ts';
import type { Plan } from './plan.ts';

const inFlight = 8;
const ours = 'this server';
const loop = 'raw SDK loop of PutItem, no server';
const bareApollo = 'Apollo in Fastify, bare resolver';
const peers = {
  'bare node:http around PutItem': 'bare-http',
  [bareApollo]: 'apollo-fastify',
  'Apollo standalone, bare resolver': 'apollo-standalone',
  'GraphQL Yoga, bare resolver': 'yoga',
  'Mercurius, bare resolver': 'mercurius',
} as const;

/** Appends to DynamoDB, the engine answering at once or after so many milliseconds. */
export async function dynamoDbAppend(plan: Plan, latencyMs: number): Promise<Section> {
  const engine = await startDynoxide();
  const proxy = latencyMs > 0 ? await startLatencyProxy(engine, latencyMs) : engine;
  const env = {
    EVENT_STORE: 'dynamodb',
    EVENT_STORE_TABLE: 'events',
    DYNAMODB_ENDPOINT: proxy.endpoint,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const servers = new Map<string, RunningServer>([[ours, await startOurs(env)]]);
  for (const [name, program] of Object.entries(peers)) servers.set(name, await startPeer(program, env));
  const raw = startWorker(new URL('loops/append.js', built), env);
  const load = startWorker<Appends>(new URL('load/appends.js', built));

  const contestants: readonly Contestant[] = [
    { name: loop, process: raw, run: raw.run },
    ...Array.from(servers, ([name, server]) => ({
      name,
      process: server,
      run: (effort: Parameters<Contestant['run']>[0]) => load.run({ ...effort, url: server.url }),
    })),
  ];
  const rounds = await alternate(contestants, plan.rounds, { inFlight, milliseconds: plan.milliseconds });
  for (const each of [load, raw, ...servers.values()]) await each.stop();
  if (proxy !== engine) await proxy.stop();
  await engine.stop();

  const perSecond = Math.round(medianOf(rounds, loop, 'perSecond'));
  const cpuMs = medianOf(rounds, bareApollo, 'cpuMs').toFixed(2);
  return {
    title: `DynamoDB append, ${latencyMs > 0 ? `${latencyMs} ms of engine latency` : 'cores saturated'}`,
    about: `${inFlight} in flight. Throughput: 1.00 = ${perSecond} a second. CPU: 1.00 = ${cpuMs} ms of the server process a request.`,
    columns: ['throughput', 'CPU a request', 'p50 ms', 'p99 ms'],
    rows: contestants.map(({ name }) => ({
      name,
      values: [
        ratioOf(rounds, name, loop, 'perSecond'),
        ratioOf(rounds, name, bareApollo, 'cpuMs'),
        medianOf(rounds, name, 'p50Ms'),
        medianOf(rounds, name, 'p99Ms'),
      ],
    })),
  };
}
