import { connect, createServer } from 'node:net';

const [endpoint = '', latency = '0'] = process.argv.slice(2);
const { hostname, port } = new URL(endpoint);

// What the engine answers is held back; what it is asked goes through at once.
const server = createServer({ noDelay: true }, (client) => {
  const engine = connect({ host: hostname, port: Number(port), noDelay: true });
  client.pipe(engine);
  engine.on('data', (chunk) => setTimeout(() => client.writable && client.write(chunk), Number(latency)));
  engine.on('close', () => client.destroy());
  for (const socket of [client, engine]) socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`Listening on http://127.0.0.1:${own}\n`);
});
