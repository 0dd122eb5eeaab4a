import { parseArgs } from 'node:util';
import { thisMachine } from './measure/machine.ts';
import { markdown, type Section } from './measure/report.ts';
import { dynamoDbAppend } from './sections/dynamodb-append.ts';
import { embeddedAppend } from './sections/embedded-append.ts';
import { live } from './sections/live.ts';
import type { Plan } from './sections/plan.ts';
import { reads } from './sections/reads.ts';
import { startUp } from './sections/start-up.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    milliseconds: { type: 'string', default: '2000' },
    lengths: { type: 'string', default: '10,1000,100000' },
    appends: { type: 'string', default: '100000' },
  },
});
const plan: Plan = { rounds: Number(values.rounds), milliseconds: Number(values.milliseconds) };
const lengths = values.lengths.split(',').map(Number);

const measures: Readonly<Record<string, () => Promise<Section | readonly Section[]>>> = {
  'dynamodb-append': () => dynamoDbAppend(plan, 0),
  'dynamodb-append-latency': () => dynamoDbAppend(plan, 10),
  'embedded-append-16': () => embeddedAppend(plan, 16),
  'embedded-append-64': () => embeddedAppend(plan, 64),
  reads: () => reads(plan, lengths),
  live,
  'start-up': () => startUp(plan, Number(values.appends)),
};
const unknown = positionals.filter((name) => !(name in measures));
if (unknown.length > 0) {
  throw new Error(`Expected some of ${Object.keys(measures).join(', ')}, got ${unknown.join(', ')}.`);
}

const machine = thisMachine();
const { cores, processor, memoryGb, linux, node } = machine;
print(`${cores} cores of ${processor}, ${memoryGb} GB, Linux ${linux}, Node ${node}.\n`);
const measured: Section[] = [];
for (const [name, measure] of Object.entries(measures)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const section of [await measure()].flat()) {
    measured.push(section);
    print(markdown(section));
  }
}
print(JSON.stringify({ machine, plan, sections: measured }));

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
