import { startDynoxide } from '../engines/dynoxide.ts';
import { character, hundredCharacters, lastEvents } from '../load/documents.ts';
import type { Queries } from '../load/queries.ts';
import { append, seedInGroups, seedOneByOne } from '../load/seed.ts';
import { type CostsOf, costOf, costsAtCosts, costsInMetrics } from '../measure/costs.ts';
import type { Section } from '../measure/report.ts';
import { alternate, type Contestant, medianOf, ratioOf } from '../measure/rounds.ts';
import type { RunningServer } from '../measure/running-process.ts';
import { startWorker, type Worker } from '../measure/worker.ts';
import { built } from '../repository.ts';
import { startOurs, startPeer } from '../servers/start.ts';
import type { Plan } from './plan.ts';

/** A store that is read beside the others. */
type Store = {
  readonly name: string;
  readonly server: RunningServer;
  readonly costs: CostsOf;
  /** The longest history that is asked of it. */
  readonly longest: number;
  readonly seed: (characterId: string, length: number) => Promise<void>;
};

/** Reads of histories of each of these lengths, and what each operation costs, here and elsewhere. */
export async function reads(plan: Plan, lengths: readonly number[]): Promise<readonly Section[]> {
  const engine = await startDynoxide();
  const env = {
    EVENT_STORE: 'dynamodb',
    EVENT_STORE_TABLE: 'events',
    DYNAMODB_ENDPOINT: engine.endpoint,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const ours = await startOurs(env);
  const castore = await startPeer('castore', env);
  const adapter = await startPeer('event-store-adapter', env);
  const stores: readonly Store[] = [
    {
      name: 'this server',
      server: ours,
      costs: costsInMetrics,
      longest: Number.POSITIVE_INFINITY,
      seed: (id, length) => seedInGroups(ours.url, id, length),
    },
    {
      name: 'Castore',
      server: castore,
      costs: costsAtCosts,
      longest: Number.POSITIVE_INFINITY,
      seed: (id, length) => seedOneByOne(castore.url, id, length, 8),
    },
    {
      name: 'event-store-adapter-js',
      server: adapter,
      costs: costsAtCosts,
      // It reads one answer of an index, at most 1 MB, and leaves out the events beyond.
      longest: 1_000,
      seed: (id, length) => seedOneByOne(adapter.url, id, length, 1),
    },
  ];
  await Promise.all(
    stores.map(async (store) => {
      for (const length of lengthsOf(store, lengths)) await store.seed(idOf(length), length);
    }),
  );
  for (let hero = 0; hero < 100; hero += 1) await seedInGroups(ours.url, `hero-${hero}`, 3);

  const load = startWorker<Queries>(new URL('load/queries.js', built));
  const sections = [
    await readSection('character(id), one at a time', character, plan, lengths, stores, load),
    await readSection('The last 100 events, one at a time', lastEvents, plan, lengths, stores, load),
    await hundredSection(plan, ours, load),
    await costSection(lengths, stores),
  ];
  for (const each of [load, ours, castore, adapter, engine]) await each.stop();
  return sections;
}

const lengthsOf = ({ longest }: Store, lengths: readonly number[]) =>
  lengths.filter((length) => length <= longest);
const idOf = (length: number) => `character-of-${length}`;
const bodyOf = (query: string, length: number) => JSON.stringify({ query, variables: { id: idOf(length) } });
const eventsOf = (length: number) => `${length.toLocaleString('en')} events`;

async function readSection(
  title: string,
  query: string,
  plan: Plan,
  lengths: readonly number[],
  stores: readonly Store[],
  load: Worker<Queries>,
): Promise<Section> {
  const read = stores.flatMap((store) =>
    lengthsOf(store, lengths).map((length) => ({
      store,
      length,
      name: `${store.name}, ${eventsOf(length)}`,
    })),
  );
  const contestants = read.map(({ name, store: { server }, length }): Contestant => {
    const bodies = [bodyOf(query, length)];
    return { name, process: server, run: (effort) => load.run({ ...effort, url: server.url, bodies }) };
  });
  const rounds = await alternate(contestants, plan.rounds, { inFlight: 1, milliseconds: plan.milliseconds });
  const [first] = contestants;
  const rows = [];
  for (const { name, store, length } of read) {
    const { url } = store.server;
    const ask = () => post(url, bodyOf(query, length));
    const { calls, capacityUnits } = await costOf(store.costs, url, ask);
    const latency = ratioOf(rounds, name, first?.name ?? '', 'p50Ms');
    rows.push({ name, values: [latency, medianOf(rounds, name, 'p50Ms'), calls, capacityUnits] });
  }
  return {
    title,
    about: 'Latency: 1.00 is the first row. Calls of DynamoDB and read capacity units of one answer.',
    columns: ['latency', 'p50 ms', 'calls', 'units'],
    rows,
  };
}

async function hundredSection(
  plan: Plan,
  { url, ...server }: RunningServer,
  load: Worker<Queries>,
): Promise<Section> {
  const together = 'one request for 100 characters';
  const apart = '100 requests for one each';
  const bodiesOf = {
    [apart]: Array.from({ length: 100 }, (_, hero) =>
      JSON.stringify({ query: character, variables: { id: `hero-${hero}` } }),
    ),
    [together]: [JSON.stringify({ query: hundredCharacters })],
  };
  const contestants = Object.entries(bodiesOf).map(
    ([name, bodies]): Contestant => ({
      name,
      process: server,
      run: (effort) => load.run({ ...effort, url, bodies }),
    }),
  );
  const rounds = await alternate(contestants, plan.rounds, { inFlight: 1, milliseconds: plan.milliseconds });
  const rows = [];
  for (const [name, bodies] of Object.entries(bodiesOf)) {
    const ask = () => Promise.all(bodies.map((body) => post(url, body)));
    const { calls, capacityUnits } = await costOf(costsInMetrics, url, ask);
    const throughput = ratioOf(rounds, name, apart, 'perSecond');
    const cpu = ratioOf(rounds, name, apart, 'cpuMs');
    rows.push({ name, values: [throughput, cpu, medianOf(rounds, name, 'p50Ms'), calls, capacityUnits] });
  }
  return {
    title: '100 known characters',
    about: `Throughput: 1.00 = ${Math.round(100 * medianOf(rounds, apart, 'perSecond'))} characters a second.`,
    columns: ['throughput', 'CPU', 'p50 ms', 'calls', 'units'],
    rows,
  };
}

async function costSection(lengths: readonly number[], stores: readonly Store[]): Promise<Section> {
  const rows = [];
  for (const store of stores) {
    const { name, server, costs } = store;
    for (const length of lengthsOf(store, lengths)) {
      const { url } = server;
      const of = (work: () => Promise<unknown>) => costOf(costs, url, work);
      const appended = await of(() => append(url, idOf(length), length));
      const now = await of(() => post(url, bodyOf(character, length)));
      const page = await of(() => post(url, bodyOf(lastEvents, length)));
      const values = [appended, now, page].flatMap(({ calls, capacityUnits }) => [calls, capacityUnits]);
      rows.push({ name: `${name}, ${eventsOf(length)}`, values });
    }
  }
  return {
    title: 'What an operation costs',
    about: 'Calls of DynamoDB and consumed capacity units of one operation, at each length of history.',
    columns: ['append: calls', 'units', 'character: calls', 'units', 'last 100: calls', 'units'],
    rows,
  };
}

async function post(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = await response.text();
  if (answer.includes('"errors"')) throw new Error(`Expected an answer, got ${answer.slice(0, 1_000)}`);
}
