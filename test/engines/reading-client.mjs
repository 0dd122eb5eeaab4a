// Reads one character every 20 ms until its standard input ends, then tells how long the answers took, in ms.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [url, id] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const body = JSON.stringify({
  query: 'query ($id: ID!) { character(id: $id) { ... on Character { name hitPoints } } }',
  variables: { id },
});
const waits = [];
let failed = 0;
let isOver = false;
process.stdin.resume().on('end', () => {
  isOver = true;
});
for (; !isOver; await sleep(20)) {
  const start = performance.now();
  const isAnswered = await read().catch(() => false);
  waits.push(Math.round(performance.now() - start));
  if (!isAnswered) failed += 1;
}
agent.destroy();
waits.sort((one, other) => one - other);
const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
process.stdout.write(
  JSON.stringify({ reads: waits.length, failed, p50: at(0.5), p99: at(0.99), max: at(1) }),
);

function read() {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve(text.includes('hitPoints')));
      response.on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}
