import type { IncomingHttpHeaders } from 'node:http';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectToDynamoDb } from '../../../src/store/dynamodb/client.ts';
import { createRequestSigner } from '../../../src/store/dynamodb/request-signer.ts';
import { startHttpProxy } from '../../engines/http-proxy.ts';

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string; sessionToken?: string };

const word = fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/);
const credentials = fc.record(
  { accessKeyId: word, secretAccessKey: word, sessionToken: word },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);
const path = fc.constantFrom('/', '/dynamodb/', '/a%20b/(%41)/');
const signingDate = fc.date({
  min: new Date('2026-01-01'),
  max: new Date('2030-01-01'),
  noInvalidDate: true,
});

test('the signature is that of the SDK, whatever is called, by whom, and when', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ credentials, path, body: fc.uint8Array(), target: word, signingDate }),
      async ({ credentials, path, body, target, signingDate }) => {
        const request = requestOf(path, body, target);
        const client = clientOf(credentials);
        const { headers } = await createRequestSigner(client).sign(request, { signingDate });
        expect(headers).toEqual(await headersOfTheSdk(request, client, signingDate));
        expect(request).toEqual(requestOf(path, body, target));
      },
    ),
  );
});

test('each attempt is signed with the credentials and the time of then', async () => {
  const [first, second] = [
    { accessKeyId: 'one', secretAccessKey: 'first', sessionToken: 'token' },
    { accessKeyId: 'two', secretAccessKey: 'second' },
  ];
  let current: Credentials = first;
  const client = { ...clientOf(current), credentials: async () => current };
  const signer = createRequestSigner(client);
  const request = requestOf('/', new Uint8Array(), 'PutItem');
  for (const [by, time] of [
    [first, '2026-11-24T23:59:59Z'],
    [first, '2026-11-25T00:00:00Z'],
    [second, '2026-11-25T00:00:01Z'],
    [second, '2026-11-25T00:00:02Z'],
  ] as const) {
    current = by;
    const signingDate = new Date(time);
    const { headers } = await signer.sign(request, { signingDate });
    expect(headers).toEqual(await headersOfTheSdk(request, client, signingDate));
  }
});

test('what arrives at the engine is what was signed', async () => {
  let arrived: { readonly headers: IncomingHttpHeaders; readonly body: Buffer } | undefined;
  const engine = await startHttpProxy('http://127.0.0.1', async ({ headers, body }) => {
    arrived = { headers, body };
    return { status: 200, headers: {}, body: Buffer.from('{}') };
  });
  const { events } = await connectToDynamoDb(engine.endpoint);
  await events.send(new PutItemCommand({ TableName: 'events', Item: { Id: { S: 'Übeltäter' } } }));
  await engine.stop();
  const { body = Buffer.alloc(0), headers = {} } = arrived ?? {};
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  expect(signed).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-date', 'x-amz-target']));
  const request = {
    ...requestOf('/', body, ''),
    headers: Object.fromEntries(signed.map((name) => [name, String(headers[name])])),
  };
  const stamp = String(headers['x-amz-date']).replace(/(....)(..)(..)T(..)(..)/, '$1-$2-$3T$4:$5:');
  const expected = await headersOfTheSdk(request, events.config, new Date(stamp));
  expect(headers.authorization).toBe(expected['authorization']);
});

const clientOf = (credentials: Credentials) => ({
  credentials: async () => credentials,
  region: async () => 'eu-central-1',
});

const requestOf = (path: string, body: Uint8Array, target: string) => ({
  protocol: 'https:',
  hostname: 'dynamodb.eu-central-1.amazonaws.com',
  method: 'POST',
  path,
  query: {},
  body,
  headers: {
    host: 'dynamodb.eu-central-1.amazonaws.com',
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(body.byteLength),
    'x-amz-target': target,
  } as Readonly<Record<string, string>>,
});

/** The headers as the SDK's own signer makes them; of those that are given it signs the ones that have to be. */
async function headersOfTheSdk(
  request: ReturnType<typeof requestOf>,
  client: Parameters<typeof createRequestSigner>[0],
  signingDate: Date,
): Promise<Readonly<Record<string, string>>> {
  const { config } = new DynamoDBClient(client);
  const signer = await config.signer();
  // Only S3 needs the hash of the body among the headers.
  const unsignableHeaders = new Set(['content-length', 'x-amz-content-sha256']);
  const { headers } = await signer.sign(request, { signingDate, unsignableHeaders });
  const { 'x-amz-content-sha256': _, ...others } = headers;
  return others;
}
