import { type CharacterState, fold } from '../character/character.ts';
import { hasContentOf, type InputIssue, type NewEvent, newEventIssues } from '../character/event.ts';
import { backOff, contended, StoreFault } from './errors.ts';
import { fromItem, type StoredEvent } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import {
  type HeadCache,
  holderOf,
  idempotencyWindow,
  type KnownCharacter,
  knownAfter,
} from './head-cache.ts';
import { type RecordedEvent, recorded, stateAfter } from './history.ts';
import { type KeyedMutex, lockKeysOf } from './keyed-mutex.ts';
import { type Latest, lookUp, nextVersion, remembered } from './latest.ts';
import { place, type Recorder } from './placement.ts';

/** What became of an append. Only `appended` means that the event is stored. */
export type AppendOutcome =
  | {
      readonly type: 'appended';
      readonly event: RecordedEvent;
      /** The character right after the event or, for a duplicate, as it is now. */
      readonly state: CharacterState;
      /** The event had been stored before, by an append with the same key and content. */
      readonly duplicate: boolean;
    }
  | Refusal;

/** Why an append was refused. Nothing was stored. */
export type Refusal =
  | { readonly type: 'version_taken'; readonly event: RecordedEvent; readonly nextVersion: number }
  | {
      readonly type: 'version_gap';
      readonly characterId: string;
      readonly version: number;
      readonly nextVersion: number;
    }
  | { readonly type: 'key_reused'; readonly event: RecordedEvent }
  | { readonly type: 'invalid_input'; readonly issues: readonly InputIssue[] };

/** What an append needs besides its event. */
export type AppendDependencies = Recorder & {
  readonly table: EventTable;
  readonly memory: HeadCache;
  readonly turns: KeyedMutex;
};

/**
 * Appends one event at its version, or at the next one. With the previous state known it costs one
 * conditional put: the writer has seen version n−1 and events are never deleted, so the condition that n
 * is free is all it takes to leave no gap and overwrite nothing. The same condition proves that no newer
 * event holds the idempotency key. Appends without a version to one character, and appends with the same
 * key, wait for each other within the process.
 */
export async function append(
  dependencies: AppendDependencies,
  sent: NewEvent,
  signal?: AbortSignal,
): Promise<AppendOutcome> {
  const issues = newEventIssues(sent);
  if (issues.length > 0) return { type: 'invalid_input', issues };
  return dependencies
    .turns(lockKeysOf(sent), () => appendUntilDecided(dependencies, sent, signal), signal)
    .catch(unlessKeyed([sent]));
}

/**
 * For faults of appends: after an unknown outcome, sending the same again is safe only under keys; without
 * them it might be stored twice.
 */
export function unlessKeyed(sent: readonly NewEvent[]): (error: unknown) => never {
  return (error) => {
    const isUnknown = error instanceof StoreFault && error.code === 'OUTCOME_UNKNOWN';
    if (!isUnknown || sent.every(({ idempotencyKey }) => idempotencyKey !== undefined)) throw error;
    throw new StoreFault(error.code, error.message, { retryable: false, cause: error.cause });
  };
}

/** Another attempt, from the state given or, if none is, from what the table says. */
type Again = { readonly type: 'again'; readonly latest?: Latest };

async function appendUntilDecided(
  dependencies: AppendDependencies,
  sent: NewEvent,
  signal: AbortSignal | undefined,
): Promise<AppendOutcome> {
  const { table, memory } = dependencies;
  const withKeys = sent.idempotencyKey !== undefined;
  let latest = remembered(memory, sent.characterId, withKeys);
  for (let tries = 0; ; tries += 1) {
    latest ??= await lookUp(table, memory, sent.characterId, withKeys, signal);
    const step = await attempt(dependencies, sent, latest, signal);
    if (step.type !== 'again') return step;
    // The event that was in the way is often the newest, but a process may be behind by hundreds.
    latest = tries % 2 === 0 ? step.latest : undefined;
    await backOff(tries, { firstMs: 1, longestMs: 100 }, signal);
    if (signal?.aborted) throw contended('Other writers were faster at every try, until the deadline');
  }
}

async function attempt(
  dependencies: AppendDependencies,
  sent: NewEvent,
  latest: Latest,
  signal: AbortSignal | undefined,
): Promise<AppendOutcome | Again> {
  const next = nextVersion(latest);
  const { characterId, version = next, idempotencyKey } = sent;
  const inQuestion = holderOf(latest.known, idempotencyKey) ?? version;
  if (latest.known !== undefined && inQuestion < next) {
    return examine(dependencies, sent, inQuestion, { ...latest, known: latest.known }, signal);
  }
  if (version === next) return put(dependencies, sent, latest, signal);
  return latest.fresh ? { type: 'version_gap', characterId, version, nextVersion: next } : { type: 'again' };
}

/**
 * What an append is told whose version, or key, an event holds already. For an append with a key the same
 * read tells which keys the events hold that are newer than what is remembered.
 */
async function examine(
  { table, memory }: AppendDependencies,
  sent: NewEvent,
  version: number,
  latest: { readonly known: KnownCharacter; readonly fresh: boolean },
  signal: AbortSignal | undefined,
): Promise<AppendOutcome | Again> {
  const { characterId, idempotencyKey } = sent;
  const mayBeBehind = idempotencyKey !== undefined && !latest.fresh;
  const limit = mayBeBehind && nextVersion(latest) - version < idempotencyWindow ? idempotencyWindow : 1;
  const stored = (await table.query(characterId, { from: version, limit }, signal)).map(fromItem);
  const [first] = stored;
  if (first?.event.version !== version) return vanished(memory, sent, latest);
  if (!mayBeBehind) return verdict(table, sent, first, latest.known.state, signal);
  if (stored.length === limit) {
    if (!isKeyOf(first, sent)) return { type: 'again' };
    const { known = latest.known } = await lookUp(table, memory, characterId, false, signal);
    return verdict(table, sent, first, known.state, signal);
  }
  const now = await caughtUp(table, latest.known, stored, signal);
  memory.keep(now);
  const holder = stored.find((each) => isKeyOf(each, sent)) ?? first;
  return verdict(table, sent, holder, now.state, signal);
}

// An event that was there once is gone: the table is another one than what this process remembers.
function vanished(
  memory: HeadCache,
  { characterId, version }: NewEvent,
  { known: { state }, fresh }: { readonly known: KnownCharacter; readonly fresh: boolean },
): Refusal | Again {
  memory.drop(characterId);
  if (!fresh || version === undefined) return { type: 'again' };
  return { type: 'version_gap', characterId, version, nextVersion: state.version + 1 };
}

async function put(
  dependencies: AppendDependencies,
  sent: NewEvent,
  latest: Latest,
  signal: AbortSignal | undefined,
): Promise<AppendOutcome | Again> {
  const { table, memory } = dependencies;
  const placed = place(dependencies, sent, latest.known?.state);
  if (placed.type === 'invalid_input') return latest.fresh ? placed : { type: 'again' };

  const outcome = await table.insert([placed.item], signal);
  if (outcome.type === 'inserted') {
    const { event, state } = placed;
    memory.keep(knownAfter(latest.known, { ...event, idempotencyKey: sent.idempotencyKey ?? null }, state));
    return { type: 'appended', event, state, duplicate: false };
  }
  const [stored] = outcome.items.map(fromItem);
  if (stored === undefined) return { type: 'again' };
  const now = await caughtUp(table, latest.known, [stored], signal);
  memory.keep(now);
  // With a key, the events after this one may hold it; without a version, the next one may be free.
  return sent.version === undefined || (sent.idempotencyKey !== undefined && !isKeyOf(stored, sent))
    ? { type: 'again', latest: { known: now, fresh: false } }
    : verdict(table, sent, stored, now.state, signal);
}

/** What is known after reading events, oldest first, that go on from what was known before. */
async function caughtUp(
  table: EventTable,
  before: KnownCharacter | undefined,
  stored: readonly StoredEvent[],
  signal: AbortSignal | undefined,
): Promise<KnownCharacter> {
  let now = before;
  for (const each of stored) {
    if (now !== undefined && each.event.version <= now.state.version) continue;
    const state = each.state ?? (now ? fold(now.state, each.event) : await stateAfter(table, each, signal));
    now = knownAfter(now, each.event, state);
  }
  if (now === undefined) throw new RangeError('Expected at least one event, got none.');
  return now;
}

/** What an append is told whose version or key a stored event holds: it is this append, or in its way. */
export function verdict(
  table: EventTable,
  sent: NewEvent,
  stored: StoredEvent,
  latest: CharacterState,
  signal: AbortSignal | undefined,
): AppendOutcome {
  const event = recorded(table, stored, signal);
  if (!isKeyOf(stored, sent)) return { type: 'version_taken', event, nextVersion: latest.version + 1 };
  if (!hasContentOf(stored.event, sent)) return { type: 'key_reused', event };
  return { type: 'appended', event, state: latest, duplicate: true };
}

function isKeyOf({ event }: StoredEvent, { idempotencyKey }: NewEvent): boolean {
  return idempotencyKey !== undefined && event.idempotencyKey === idempotencyKey;
}
