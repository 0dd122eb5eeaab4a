import { type Config, readConfig } from '../config.ts';

/** The environment says something that a command cannot work with. One sentence for each problem. */
export class WrongSettingsError extends Error {
  override readonly name = 'WrongSettingsError';
}

/** The settings of the DynamoDB table, whichever engine the server uses. */
export type DynamoDbSettings = Extract<Config['store'], { readonly type: 'dynamodb' }>;

/** The settings of the store, as the environment has them. Throws `WrongSettingsError`. */
export function readStoreSettings(environment = process.env): Config['store'] {
  const outcome = readConfig(environment);
  if (outcome.type === 'config') return outcome.config.store;
  const problems = outcome.problems.map(({ variable, message }) => `${variable}: ${message}.`);
  throw new WrongSettingsError(problems.join('\n'));
}

/** The settings of the DynamoDB table, as the environment has them. Throws `WrongSettingsError`. */
export function readDynamoDbSettings(): DynamoDbSettings {
  const store = readStoreSettings({ ...process.env, EVENT_STORE: 'dynamodb' });
  if (store.type === 'dynamodb') return store;
  throw new WrongSettingsError(`EVENT_STORE: expected "dynamodb", got ${JSON.stringify(store.type)}.`);
}
