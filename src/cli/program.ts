import { type Config, problemText, readConfig, type StoreSettings } from '../config.ts';
import { type OpenTable, openTable } from '../open-table.ts';
import type { StoreFault } from '../store/errors.ts';

/** The exit codes of every command, for scripts. */
export const exitCodes = {
  done: 0,
  /** The command was refused, or found something wrong. */
  refused: 1,
  /** Wrong arguments or settings. */
  wrongUsage: 2,
} as const;

/** Ends a command with `exitCodes.refused`. The message is for people; empty if the command has printed it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The environment has settings that a command cannot work with. The message has a line for each problem. */
export class WrongSettingsError extends Error {
  override readonly name = 'WrongSettingsError';
}

type DynamoDbSettings = Extract<StoreSettings, { readonly type: 'dynamodb' }>;

/** The settings of the DynamoDB table, whichever engine the server uses. Throws `WrongSettingsError`. */
export function readDynamoDbSettings(): DynamoDbSettings {
  const { store } = readSettings({ ...process.env, EVENT_STORE: 'dynamodb' });
  if (store.type === 'dynamodb') return store;
  throw new WrongSettingsError(`EVENT_STORE: expected "dynamodb", got ${JSON.stringify(store.type)}.`);
}

/** How often to look for events of other processes, in milliseconds. Throws `WrongSettingsError`. */
export function readFollowPollMs(): number {
  return readSettings(process.env).followPollMs;
}

/**
 * Opens the table that the server uses, does some work with it, and closes it also if the work fails. Calls `onFailure`
 * once the embedded store has to be opened anew. Throws `WrongSettingsError`, `UnusableStoreError`, or what the work
 * throws.
 */
export async function withTable<Result>(
  work: (open: OpenTable) => Promise<Result>,
  onFailure?: (fault: StoreFault) => void,
): Promise<Result> {
  const open = await openTable(readSettings(process.env).store, onFailure);
  try {
    return await work(open);
  } finally {
    await open.table.close();
  }
}

function readSettings(environment: NodeJS.ProcessEnv): Config {
  const outcome = readConfig(environment);
  if (outcome.type === 'config') return outcome.config;
  throw new WrongSettingsError(problemText(outcome.problems));
}

/** A number of things in words: `1 event`, `2 events`, `0 events`. `noun` takes an `s` for more than one. */
export function quantity(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
