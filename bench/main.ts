import { parseArgs } from 'node:util';
import { markdown, type Section } from './measure/report.ts';
import { dynamoDbAppend } from './sections/dynamodb-append.ts';
import { embeddedAppend } from './sections/embedded-append.ts';
import type { Plan } from './sections/plan.ts';
import { reads } from './sections/reads.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    milliseconds: { type: 'string', default: '2000' },
    lengths: { type: 'string', default: '10,1000,100000' },
  },
});
const plan: Plan = { rounds: Number(values.rounds), milliseconds: Number(values.milliseconds) };

const lengths = values.lengths.split(',').map(Number);

const sections: Readonly<Record<string, () => Promise<Section | readonly Section[]>>> = {
  'dynamodb-append': () => dynamoDbAppend(plan, 0),
  'dynamodb-append-latency': () => dynamoDbAppend(plan, 10),
  'embedded-append-16': () => embeddedAppend(plan, 16),
  'embedded-append-64': () => embeddedAppend(plan, 64),
  reads: () => reads(plan, lengths),
};

for (const [name, measure] of Object.entries(sections)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const section of [await measure()].flat()) process.stdout.write(`${markdown(section)}\n`);
}
