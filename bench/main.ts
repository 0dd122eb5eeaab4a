import { markdown, type Section } from './measure/report.ts';
import { dynamoDbAppend } from './sections/dynamodb-append.ts';
import { embeddedAppend } from './sections/embedded-append.ts';
import type { Plan } from './sections/plan.ts';

const isQuick = process.argv.includes('--quick');
const plan: Plan = isQuick ? { rounds: 1, milliseconds: 200 } : { rounds: 7, milliseconds: 2_000 };
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

const sections: Readonly<Record<string, () => Promise<Section>>> = {
  'dynamodb-append': () => dynamoDbAppend(plan, 0),
  'dynamodb-append-latency': () => dynamoDbAppend(plan, 10),
  'embedded-append-16': () => embeddedAppend(plan, 16),
  'embedded-append-64': () => embeddedAppend(plan, 64),
};

for (const [name, measure] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`${markdown(await measure())}\n`);
}
