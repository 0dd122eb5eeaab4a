import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DEFAULT_PROFILE, getProfileName, loadSharedConfigFiles } from '@smithy/core/config';
import { UnusableStoreError } from '../errors.ts';

/** What the SDK's own chain (environment, shared files, the machine) has for a client, without what is missing. */
export type ChainSettings = {
  readonly region: string | undefined;
  /** Whether calls go to an endpoint validated by FIPS; a region such as `fips-us-east-1` says so too. */
  readonly useFipsEndpoint: boolean | undefined;
  /** Always on AWS: there missing credentials are an error of the calls, since those of an instance may come later. */
  readonly hasCredentials: boolean;
};

/**
 * Asks the chain. What is set and does not work is not missing: it is an `UnusableStoreError` with the SDK's words.
 * So is a missing region on AWS.
 */
export async function settingsOfTheChain(endpoint: string | undefined): Promise<ChainSettings> {
  const probe = new DynamoDBClient(endpoint === undefined ? {} : { endpoint });
  try {
    const region = await regionOf(probe);
    if (region === undefined && endpoint === undefined) {
      throw new UnusableStoreError(
        'DynamoDB on AWS needs a region: set AWS_REGION, or DYNAMODB_ENDPOINT for another engine.',
      );
    }
    return {
      region,
      useFipsEndpoint: region === undefined ? undefined : await probe.config.useFipsEndpoint(),
      hasCredentials: endpoint === undefined || (await hasCredentials(probe)),
    };
  } finally {
    probe.destroy();
  }
}

async function regionOf({ config }: DynamoDBClient): Promise<string | undefined> {
  try {
    return await config.region();
  } catch (cause) {
    const words = wordsOf(cause);
    if (words === 'Region is missing') return undefined;
    throw new UnusableStoreError(`The AWS SDK has no region: ${words}`, { cause });
  }
}

async function hasCredentials({ config }: DynamoDBClient): Promise<boolean> {
  try {
    await config.credentials();
    return true;
  } catch (cause) {
    const setting = await settingForCredentials();
    if (setting === undefined) return false;
    throw new UnusableStoreError(
      `The AWS SDK has no credentials, although ${setting} is set: ${wordsOf(cause)}`,
      { cause },
    );
  }
}

const variables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];
const settingsOfProfiles =
  /^(aws_access|aws_secret|role_arn|source_profile|credential_|sso_|web_identity_|login_)/;

/** The first setting that says where credentials are, also a profile that is nowhere; `undefined` if none does. */
async function settingForCredentials(): Promise<string | undefined> {
  const variable = variables.find((name) => process.env[name]);
  if (variable !== undefined) return variable;
  const name = getProfileName({});
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const profiles = { ...configFile, ...credentialsFile };
  if (profiles[name] === undefined) return name === DEFAULT_PROFILE ? undefined : 'AWS_PROFILE';
  const settings = { ...configFile[name], ...credentialsFile[name] };
  const setting = Object.keys(settings).find((each) => settingsOfProfiles.test(each));
  return setting && `${setting} of the profile ${name}`;
}

/** The message of an error, in one line. */
function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, ' ');
}
