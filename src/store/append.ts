import { type CharacterState, fold } from '../character/character.ts';
import {
  hasContentOf,
  type InputIssue,
  missingNameIssues,
  type NewEvent,
  newEventIssues,
  totalIssues,
} from '../character/event.ts';
import { fromItem, type StoredEvent, toItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type RecordedEvent, recorded, stateUpTo, storedEvent } from './history.ts';
import type { StateCache } from './state-cache.ts';

/** What became of an append. Only `appended` means that the event is stored. */
export type AppendOutcome =
  | {
      readonly type: 'appended';
      readonly event: RecordedEvent;
      /** The latest state that is known. */
      readonly state: CharacterState;
      /** The event had been stored before, by an append with the same key and content. */
      readonly duplicate: boolean;
    }
  | { readonly type: 'version_taken'; readonly event: RecordedEvent; readonly nextVersion: number }
  | { readonly type: 'version_gap'; readonly version: number; readonly nextVersion: number }
  | { readonly type: 'key_reused'; readonly event: RecordedEvent }
  | { readonly type: 'invalid_input'; readonly issues: readonly InputIssue[] };

/** What an append needs besides its event. */
export type AppendDependencies = {
  readonly table: EventTable;
  readonly cache: StateCache;
  readonly clock: () => Date;
  /** Makes an idempotency key for an append that comes without one. */
  readonly newKey: () => string;
};

/**
 * Appends one event at its version, or at the next one. With the previous state known it costs one
 * conditional put: the writer has seen version n−1 and events are never deleted, so the condition that n
 * is free is all it takes to leave no gap and overwrite nothing.
 */
export async function append(dependencies: AppendDependencies, sent: NewEvent): Promise<AppendOutcome> {
  const issues = newEventIssues(sent);
  if (issues.length > 0) return { type: 'invalid_input', issues };

  const keyed = { ...sent, idempotencyKey: sent.idempotencyKey ?? dependencies.newKey() };
  let latest = remembered(dependencies, sent.characterId) ?? (await looked(dependencies, sent.characterId));
  for (;;) {
    const step = await attempt(dependencies, keyed, latest);
    if (step.type !== 'again') return step;
    latest = step.latest ?? (await looked(dependencies, sent.characterId));
  }
}

type KeyedEvent = NewEvent & { readonly idempotencyKey: string };

/** The latest state as this append knows it. What is only remembered may be behind, and refuses nothing. */
type Latest = { readonly state: CharacterState | undefined; readonly fresh: boolean };

/** Another attempt, from the state given or, if none is, from what the table says. */
type Again = { readonly type: 'again'; readonly latest?: Latest };

function remembered({ cache }: AppendDependencies, characterId: string): Latest | undefined {
  const state = cache.latest(characterId);
  return state && { state, fresh: false };
}

async function looked({ table, cache }: AppendDependencies, characterId: string): Promise<Latest> {
  const state = await stateUpTo(table, characterId);
  if (state !== undefined) cache.advance(state);
  return { state, fresh: true };
}

async function attempt(
  dependencies: AppendDependencies,
  sent: KeyedEvent,
  latest: Latest,
): Promise<AppendOutcome | Again> {
  const nextVersion = latest.state === undefined ? 0 : latest.state.version + 1;
  const version = sent.version ?? nextVersion;
  const gap: AppendOutcome = { type: 'version_gap', version, nextVersion };
  if (version > nextVersion) return latest.fresh ? gap : { type: 'again' };
  if (version === nextVersion) return put(dependencies, sent, latest, version);

  const stored = await storedEvent(dependencies.table, sent.characterId, version);
  if (stored !== undefined && latest.state !== undefined) {
    return verdict(dependencies.table, sent, stored, latest.state);
  }
  // An event that was there once is gone: the table is another one than what this process remembers.
  dependencies.cache.drop(sent.characterId);
  return latest.fresh ? gap : { type: 'again' };
}

async function put(
  { table, cache, clock }: AppendDependencies,
  sent: KeyedEvent,
  latest: Latest,
  version: number,
): Promise<AppendOutcome | Again> {
  const event = {
    characterId: sent.characterId,
    version,
    characterName: sent.characterName ?? latest.state?.name ?? '',
    characterHitPoints: sent.characterHitPoints,
    note: sent.note,
    recordedAt: laterOf(clock().toISOString(), latest.state?.updatedAt),
    idempotencyKey: sent.idempotencyKey,
  };
  const state = fold(latest.state, event);
  const issues = [
    ...(sent.characterName === undefined ? missingNameIssues(version) : []),
    ...totalIssues(state.hitPoints),
  ];
  if (issues.length > 0) return latest.fresh ? { type: 'invalid_input', issues } : { type: 'again' };

  const outcome = await table.insert([toItem(event, state)]);
  if (outcome.type === 'inserted') {
    cache.advance(state);
    return { type: 'appended', event: { ...event, state: async () => state }, state, duplicate: false };
  }
  const [stored] = outcome.items.map(fromItem);
  if (stored === undefined) return { type: 'again' };
  const newer = stored.state ?? fold(latest.state, stored.event);
  cache.advance(newer);
  const decided = sent.version !== undefined || stored.event.idempotencyKey === sent.idempotencyKey;
  return decided
    ? verdict(table, sent, stored, newer)
    : { type: 'again', latest: { state: newer, fresh: false } };
}

/** What an append is told whose version, or key, a stored event holds already. */
function verdict(
  table: EventTable,
  sent: KeyedEvent,
  stored: StoredEvent,
  latest: CharacterState,
): AppendOutcome {
  const event = recorded(table, stored);
  if (stored.event.idempotencyKey !== sent.idempotencyKey) {
    return { type: 'version_taken', event, nextVersion: latest.version + 1 };
  }
  if (!hasContentOf(stored.event, sent)) return { type: 'key_reused', event };
  return { type: 'appended', event, state: latest, duplicate: true };
}

function laterOf(now: string, previous: string | null | undefined): string {
  return previous !== null && previous !== undefined && previous > now ? previous : now;
}
