import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { announce } from './announce.ts';
import { bareResolvers, type NewEvent } from './bare-api.ts';
import { store } from './bare-store.ts';

const { appendEvent } = bareResolvers(store).Mutation;

const server = createServer(async (request, response) => {
  const { variables } = (await json(request)) as { readonly variables: { readonly input: NewEvent } };
  const answer = { data: { appendEvent: await appendEvent(undefined, variables) } };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => {
  announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
