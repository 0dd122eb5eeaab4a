import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import helmet from 'helmet';
import { expect, test } from 'vitest';
import { securityHeaders } from '../../src/http/security-headers.ts';

test('the headers of a page are those of helmet, with the policy of the sheet and without HSTS', async () => {
  const self = ["'self'"];
  const none = ["'none'"];
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: self,
        connectSrc: self,
        formAction: self,
        baseUri: none,
        frameAncestors: none,
      },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  const theirs = createServer((request, response) => protect(request, response, () => response.end()));
  const ours = Fastify();
  await ours.register(securityHeaders);
  ours.get('/', (_, reply) => reply.send());
  await Promise.all([ours.listen(), once(theirs.listen(0), 'listening')]);
  expect(await headersAt((ours.server.address() as AddressInfo).port)).toEqual(
    await headersAt((theirs.address() as AddressInfo).port),
  );
  await ours.close();
  theirs.close();
});

async function headersAt(port: number): Promise<Readonly<Record<string, string>>> {
  const { headers } = await fetch(`http://localhost:${port}/`, { headers: { connection: 'close' } });
  const ofTransport = ['connection', 'content-length', 'date'];
  return Object.fromEntries([...headers].filter(([name]) => !ofTransport.includes(name)));
}
