// Sends the queries that it is given on its standard input, 16 at a time, and tells how many had which status.
import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';

const [url] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const queries = await json(process.stdin);
const statuses = {};

await Promise.all(
  Array.from({ length: 16 }, async () => {
    for (let query = queries.pop(); query !== undefined; query = queries.pop()) {
      const status = await send(query);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }),
);
agent.destroy();
process.stdout.write(JSON.stringify(statuses));

function send(query) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject).end(JSON.stringify({ query }));
  });
}
