import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

test('needs nothing to be set', () => {
  expect(readConfig({})).toEqual({
    type: 'config',
    config: {
      host: '127.0.0.1',
      port: 4000,
      store: { type: 'embedded', path: 'data' },
      requestTimeoutMs: 10_000,
      followPollMs: 500,
      auth: { type: 'off' },
      rateLimit: 0,
      trustedProxies: 0,
      corsOrigins: ['https://studio.apollographql.com'],
      trustedDocuments: undefined,
      introspection: true,
      sandbox: true,
      logLevel: 'info',
    },
  });
});

test('closes what a browser elsewhere could use in production', () => {
  expect(readConfig({ NODE_ENV: 'production' })).toMatchObject({
    config: { corsOrigins: [], introspection: false, sandbox: false },
  });
});

test('reads every variable', () => {
  expect(
    readConfig({
      HOST: '::1',
      PORT: '0',
      EVENT_STORE: 'dynamodb',
      EVENT_STORE_TABLE: 'my.events-1_a',
      DYNAMODB_ENDPOINT: 'http://localhost:8000',
      CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      INTROSPECTION: 'on',
      LOG_LEVEL: 'debug',
      NODE_ENV: 'production',
    }),
  ).toMatchObject({
    config: {
      host: '::1',
      port: 0,
      store: { type: 'dynamodb', tableName: 'my.events-1_a', endpoint: 'http://localhost:8000' },
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
      introspection: true,
      logLevel: 'debug',
    },
  });
});

test('shows no tool that sends documents of its own where only trusted ones are answered', () => {
  expect(readConfig({ TRUSTED_DOCUMENTS: 'documents.json' })).toMatchObject({
    config: { trustedDocuments: 'documents.json', sandbox: false },
  });
});

test('takes an empty variable for none', () => {
  expect(readConfig({ PORT: '', DYNAMODB_ENDPOINT: '' })).toEqual(readConfig({}));
});

test('names every wrong variable at once, with what was expected and what arrived', () => {
  const wrong = {
    PORT: '70000',
    EVENT_STORE: 'postgres',
    EVENT_STORE_TABLE: 'a b',
    DYNAMODB_ENDPOINT: 'localhost:8000',
    REQUEST_TIMEOUT_MS: '5s',
    FOLLOW_POLL_MS: '10',
    AUTH_MODE: 'on',
    RATE_LIMIT: 'many',
    TRUST_PROXY: 'true',
    CORS_ORIGINS: 'https://a.example,*',
    INTROSPECTION: 'yes',
    LOG_LEVEL: 'loud',
  };
  const outcome = readConfig(wrong);
  if (outcome.type !== 'wrong') throw new Error('Expected problems, got a configuration.');
  expect(outcome.problems.map(({ variable }) => variable)).toEqual(Object.keys(wrong));
  expect(outcome.problems[0]).toEqual({
    variable: 'PORT',
    message: 'expected a port from 0 to 65535, got "70000"',
  });
});

test.each([
  ['2', 2],
  ['0', 0],
  ['10.0.0.1', ['10.0.0.1']],
  ['10.0.0.0/8, fd00::/8, ::1,192.0.2.7/32', ['10.0.0.0/8', 'fd00::/8', '::1', '192.0.2.7/32']],
])('trusts proxies by their count or their addresses: %s', (TRUST_PROXY, trustedProxies) => {
  expect(readConfig({ TRUST_PROXY })).toMatchObject({ config: { trustedProxies } });
});

test.each([
  '-1',
  '1.5',
  '101',
  'true',
  '*',
  'proxy.example',
  '10.0.0',
  '10.0.0.0/33',
  '10.0.0.0/0',
  '10.0.0.0/',
  '::1/129',
  '10.0.0.0/8/8',
  '10.0.0.1,',
  '10.0.0.0/8,x',
  '1, 10.0.0.1',
  '010.0.0.1',
])('refuses a proxy that is neither: %s', (TRUST_PROXY) => {
  expect(readConfig({ TRUST_PROXY })).toMatchObject({
    problems: [{ variable: 'TRUST_PROXY', message: expect.stringContaining(JSON.stringify(TRUST_PROXY)) }],
  });
});

test('refuses to listen beyond this machine without authentication', () => {
  for (const HOST of ['0.0.0.0', '::', '192.168.1.7', 'example.org', '127.example.org']) {
    expect(readConfig({ HOST, PORT: 'x' })).toMatchObject({
      problems: [
        { variable: 'HOST', message: expect.stringContaining(JSON.stringify(HOST)) },
        { variable: 'PORT' },
      ],
    });
    expect(readConfig({ HOST, AUTH_MODE: 'unsafe-off' })).toMatchObject({ config: { host: HOST } });
  }
  for (const HOST of ['localhost', '127.1.2.3', '::1', '[::1]', 'sheet.localhost']) {
    expect(readConfig({ HOST })).toMatchObject({ config: { host: HOST } });
  }
});

const jwt = { AUTH_MODE: 'jwt', AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'events' };
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const AUTH_PUBLIC_KEY = publicKey.export({ type: 'spki', format: 'pem' }).toString();

test('takes tokens by one public key or by a key set, beyond this machine too', () => {
  expect(readConfig({ ...jwt, AUTH_PUBLIC_KEY, HOST: '0.0.0.0' })).toMatchObject({
    config: {
      auth: { type: 'jwt', keys: { type: 'one' }, issuer: 'https://issuer.example', audience: 'events' },
    },
  });
  expect(readConfig({ ...jwt, AUTH_PUBLIC_KEY: AUTH_PUBLIC_KEY.replaceAll('\n', '\\n') })).toMatchObject({
    type: 'config',
  });
  for (const AUTH_JWKS_URL of ['https://issuer.example/keys', 'http://127.0.0.1:8080/keys']) {
    expect(readConfig({ ...jwt, AUTH_JWKS_URL })).toMatchObject({
      config: { auth: { keys: { type: 'set', url: new URL(AUTH_JWKS_URL) } } },
    });
  }
});

test.each([
  [{ AUTH_MODE: 'jwt' }, ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE']],
  [{ AUTH_MODE: 'jwt', PORT: 'x' }, ['PORT', 'AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE']],
  [{ ...jwt, AUTH_PUBLIC_KEY, AUTH_JWKS_URL: 'https://issuer.example/keys' }, ['AUTH_JWKS_URL']],
  [{ ...jwt, AUTH_JWKS_URL: 'http://issuer.example/keys' }, ['AUTH_JWKS_URL']],
  [{ ...jwt, AUTH_JWKS_URL: 'keys' }, ['AUTH_JWKS_URL']],
  [{ AUTH_MODE: 'jwt', AUTH_PUBLIC_KEY: 'key' }, ['AUTH_PUBLIC_KEY', 'AUTH_ISSUER', 'AUTH_AUDIENCE']],
  [{ ...jwt, AUTH_PUBLIC_KEY: weak('rsa') }, ['AUTH_PUBLIC_KEY']],
  [{ ...jwt, AUTH_PUBLIC_KEY: weak('ec') }, ['AUTH_PUBLIC_KEY']],
])('names what is wrong with what tokens are checked by: %j', (environment, variables) => {
  expect(readConfig(environment)).toMatchObject({ problems: variables.map((variable) => ({ variable })) });
});

test('takes a list of clients, each with an id', () => {
  const environment = { ...jwt, AUTH_PUBLIC_KEY };
  expect(readConfig({ ...environment, AUTH_CLIENT_IDS: '1example23456789, other' })).toMatchObject({
    config: { auth: { clientIds: ['1example23456789', 'other'] } },
  });
  for (const AUTH_CLIENT_IDS of [',', 'a,,b', 'a b', 'a\nb', 'ä']) {
    expect(readConfig({ ...environment, AUTH_CLIENT_IDS })).toMatchObject({
      problems: [{ variable: 'AUTH_CLIENT_IDS' }],
    });
  }
});

test('takes no private key for a public one, and does not repeat it', () => {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const outcome = readConfig({ ...jwt, AUTH_PUBLIC_KEY: pem });
  expect(outcome).toMatchObject({ problems: [{ variable: 'AUTH_PUBLIC_KEY' }] });
  expect(JSON.stringify(outcome)).not.toContain(pem.slice(40, 80));
});

function weak(type: 'rsa' | 'ec'): string {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 1_024 })
      : generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  return pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
