import { type Config, readConfig } from '../config.ts';

/** The environment says something that a command cannot work with. One sentence for each problem. */
export class WrongSettingsError extends Error {
  override readonly name = 'WrongSettingsError';
}

/** The DynamoDB table of the settings, whichever engine the server uses. */
export type DynamoDbSettings = Extract<Config['store'], { readonly type: 'dynamodb' }>;

/** The settings of the DynamoDB table, as the environment has them. Throws `WrongSettingsError`. */
export function readDynamoDbSettings(): DynamoDbSettings {
  const outcome = readConfig({ ...process.env, EVENT_STORE: 'dynamodb' });
  if (outcome.type === 'config' && outcome.config.store.type === 'dynamodb') return outcome.config.store;
  const problems = outcome.type === 'wrong' ? outcome.problems : [];
  throw new WrongSettingsError(
    problems.map(({ variable, message }) => `${variable}: ${message}.`).join('\n'),
  );
}
