import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectToDynamoDb } from '../../../src/store/dynamodb/client.ts';
import { UnusableStoreError } from '../../../src/store/errors.ts';

const endpoint = 'http://127.0.0.1:8000';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-'));
  for (const name of Object.keys(process.env).filter((each) => each.startsWith('AWS_'))) {
    if (name !== 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED') vi.stubEnv(name, undefined);
  }
  vi.stubEnv('HOME', folder);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

type Environment = Readonly<Record<string, string>>;

async function setUp(
  environment: Environment,
  files: { readonly config?: string; readonly credentials?: string },
) {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

describe('for an endpoint of one’s own', () => {
  test.each<[string, Environment, string, readonly string[]]>([
    ['nothing is set', {}, '', ['region us-east-1', 'credentials local/local']],
    ['a region is set', { AWS_REGION: 'eu-west-1' }, '', ['credentials local/local']],
    ['the default profile has a region', {}, '[default]\nregion = eu-west-1', ['credentials local/local']],
    [
      'a profile has no more than a region',
      { AWS_PROFILE: 'dev' },
      '[profile dev]\nregion = eu-west-1',
      ['credentials local/local'],
    ],
    ['credentials are set', { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, '', ['region us-east-1']],
    [
      'the profile has credentials',
      {},
      '[default]\naws_access_key_id = a\naws_secret_access_key = b',
      ['region us-east-1'],
    ],
    [
      'a process gives credentials',
      { AWS_REGION: 'eu-west-1' },
      `[default]\ncredential_process = echo '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b"}'`,
      [],
    ],
  ])('what is missing is made up where %s', async (_, environment, config, assumed) => {
    await setUp(environment, { config });
    expect((await connectToDynamoDb(endpoint)).assumed).toEqual(assumed);
  });

  const region = { AWS_REGION: 'eu-west-1' };
  const sso =
    'sso_start_url = https://x.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r';
  test.each<[string, Environment, string, string]>([
    [
      'an SSO session that has ended',
      { ...region, AWS_PROFILE: 'dev' },
      `[profile dev]\n${sso}`,
      'sso_start_url',
    ],
    ['SSO settings in part', region, '[default]\nsso_account_id = 1', 'sso_account_id'],
    ['a process that fails', region, '[default]\ncredential_process = exit 1', 'credential_process'],
    ['a process that gives no JSON', region, '[default]\ncredential_process = echo no', 'credential_process'],
    ['an unknown profile', { ...region, AWS_PROFILE: 'nobody' }, '', 'AWS_PROFILE'],
    ['half a pair of keys', { ...region, AWS_ACCESS_KEY_ID: 'a' }, '', 'AWS_ACCESS_KEY_ID'],
    [
      'half a pair of keys in a profile',
      region,
      '[default]\naws_secret_access_key = b',
      'aws_secret_access_key',
    ],
    ['a role without a source', region, '[default]\nrole_arn = arn:aws:iam::1:role/r', 'role_arn'],
    [
      'a token file that is not there',
      { ...region, AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere', AWS_ROLE_ARN: 'arn:aws:iam::1:role/r' },
      '',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
    ],
    [
      'a container that does not answer',
      { ...region, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/' },
      '',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    ],
  ])(
    '%s is told in the words of the SDK, and nothing is made up',
    async (_, environment, config, setting) => {
      await setUp(environment, { config });
      const words = await new DynamoDBClient({ endpoint }).config
        .credentials()
        .catch(({ message }) => message);
      const refusal = await connectToDynamoDb(endpoint).catch((error) => error);
      expect(refusal).toBeInstanceOf(UnusableStoreError);
      expect(refusal.message).toContain(words.replaceAll(/\s+/g, ' '));
      expect(refusal.message).toContain(setting);
      expect(refusal.message).not.toContain('\n');
    },
  );
});

describe.each([
  ['for an endpoint of one’s own', endpoint],
  ['on AWS', undefined],
])('%s', (_, at) => {
  test.each<[string, Environment, string]>([
    ['eu_west_1', { AWS_REGION: 'eu_west_1' }, ''],
    ['a blank', { AWS_REGION: ' ' }, ''],
    ['a blank behind it', { AWS_REGION: 'eu-west-1 ' }, ''],
    ['that of a profile', {}, '[default]\nregion = eu/west'],
  ])('a malformed region is told in the words of the SDK: %s', async (_name, environment, config) => {
    await setUp(environment, { config });
    const words = await new DynamoDBClient({}).config.region().catch(({ message }) => message);
    expect(words).toContain('Region not accepted');
    const refusal = await connectToDynamoDb(at).catch((error) => error);
    expect(refusal).toBeInstanceOf(UnusableStoreError);
    expect(refusal.message).toContain(words);
  });
});

test.each<[Environment, string]>([
  [{ AWS_REGION: 'eu-central-1' }, ''],
  [{ AWS_REGION: 'fips-us-east-1' }, ''],
  [{ AWS_REGION: 'us-gov-west-1-fips' }, ''],
  [{ AWS_REGION: 'aws-fips' }, ''],
  [{}, '[default]\nregion = fips-us-west-2'],
  [{ AWS_REGION: 'us-east-2', AWS_USE_FIPS_ENDPOINT: 'true' }, ''],
  [{ AWS_REGION: 'us-east-2', AWS_USE_DUALSTACK_ENDPOINT: 'true' }, ''],
  [{ AWS_REGION: 'cn-north-1' }, ''],
])('on AWS with %j %s calls go where those of the SDK go', async (environment, config) => {
  await setUp({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', ...environment }, { config });
  const hosts: string[] = [];
  vi.spyOn(NodeHttpHandler.prototype, 'handle').mockImplementation(async ({ hostname }) => {
    hosts.push(hostname);
    throw new TypeError('There is no network.');
  });
  const plain = new DynamoDBClient({ maxAttempts: 1 });
  await plain.send(new DescribeTableCommand({ TableName: 'events' })).catch(() => {});
  const { events, documents } = await connectToDynamoDb(undefined);
  await events.describeTable({ TableName: 'events' }, AbortSignal.timeout(5_000));
  await documents.send(new DescribeTableCommand({ TableName: 'events' })).catch(() => {});
  expect(hosts.length).toBeGreaterThanOrEqual(3);
  expect(new Set(hosts).size).toBe(1);
});
