import { type NewEvent, newEventIssues } from '../character/event.ts';
import {
  eventGroupIssues,
  type GroupedEvent,
  groupedEvents,
  groupedIssues,
  keyWindowOf,
} from '../character/event-group.ts';
import { resolveConflict } from './append-conflict.ts';
import type { AppendGroupOutcome, AppendOutcome, GroupOutcome } from './append-outcome.ts';
import {
  type AppendPlan,
  type KnownHead,
  type KnownHeads,
  planAppend,
  type Recorder,
} from './append-plan.ts';
import { backOff, contended, StoreFault } from './errors.ts';
import { fromItem, isSameWrite, type StoredEvent, type StoredItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type HeadCache, headAfterAll } from './head-cache.ts';
import type { RunExclusive } from './keyed-mutex.ts';

/** What an append needs besides its events. */
export type AppendDependencies = Recorder & {
  readonly table: EventTable;
  readonly heads: HeadCache;
  readonly runExclusive: RunExclusive;
};

/**
 * Appends one event at its version, or at the next one. From a cached head it costs one conditional put, with or
 * without a key: the writer has seen version n−1 and events are never deleted, so the condition that n is free
 * leaves no gap, overwrites nothing, and proves that no newer event holds the key. Cold, one query comes first. An
 * event that puts its character away or back is a transaction, which needs an engine that has them (`UNSUPPORTED`).
 * Throws `CONTENDED`, `OUTCOME_UNKNOWN` and the faults of the table.
 */
export async function append(
  dependencies: AppendDependencies,
  sent: NewEvent,
  signal?: AbortSignal,
): Promise<AppendOutcome> {
  const issues = newEventIssues(sent);
  if (issues.length > 0) return { type: 'invalid_input', issues };
  return appendValid(dependencies, { event: sent, offset: 0, following: 0 }, signal);
}

/**
 * Appends an event like `append`, with its fields checked already; its key may be one of the server's own, and it may
 * take another one back.
 */
export async function appendValid(
  dependencies: AppendDependencies,
  sent: GroupedEvent,
  signal: AbortSignal | undefined,
): Promise<AppendOutcome> {
  const outcome = await appendExclusively(dependencies, [sent], signal);
  if (outcome.type !== 'appended') return outcome;
  const [event] = outcome.events;
  const [state] = outcome.states;
  if (event === undefined || state === undefined) throw new RangeError('Expected one event, got none.');
  return { type: 'appended', event, state, duplicate: outcome.duplicate };
}

/**
 * Appends 1 to 100 events of any characters in one transaction, all or none. Events of one character take
 * consecutive versions in the order given. From cached heads it costs that transaction alone.
 * Throws `UNSUPPORTED` on an engine without transactions, and what `append` throws.
 */
export async function appendGroup(
  dependencies: AppendDependencies,
  sent: readonly NewEvent[],
  signal?: AbortSignal,
): Promise<AppendGroupOutcome> {
  const issues = eventGroupIssues(sent);
  if (issues.length > 0) return { type: 'invalid_input', issues };
  const outcome = await appendExclusively(dependencies, groupedEvents(sent), signal);
  if (outcome.type !== 'invalid_input') return outcome;
  return { type: 'invalid_input', issues: groupedIssues(outcome.index, outcome.issues) };
}

/** Appends without a version to one character, and appends with the same key, wait for each other. */
function appendExclusively(
  dependencies: AppendDependencies,
  group: readonly GroupedEvent[],
  signal: AbortSignal | undefined,
): Promise<GroupOutcome> {
  const lockKeys = new Set<string>();
  for (const { event } of group) for (const key of lockKeysOf(event)) lockKeys.add(key);
  const hasAllKeys = group.every(({ event }) => event.idempotencyKey !== undefined);
  return dependencies
    .runExclusive([...lockKeys], () => appendUntilDecided(dependencies, group, signal), signal)
    .catch((error) => {
      const isUnknown = error instanceof StoreFault && error.code === 'OUTCOME_UNKNOWN';
      if (!isUnknown || hasAllKeys) throw error;
      // Without keys, sending the same again might store it twice.
      throw new StoreFault(error.code, error.message, { retryable: false, cause: error.cause });
    });
}

// Neither ids nor keys hold control characters, so no pair of them reads like an id.
function lockKeysOf({ characterId, version, idempotencyKey }: NewEvent): readonly string[] {
  const byKey = idempotencyKey === undefined ? [] : [`${characterId}\u001f${idempotencyKey}`];
  return version === undefined ? [characterId, ...byKey] : byKey;
}

/** The loop of optimistic concurrency: plan from the heads, write; after a lost race or a doubt, plan anew. */
async function appendUntilDecided(
  { table, heads: cache, ...recorder }: AppendDependencies,
  group: readonly GroupedEvent[],
  signal: AbortSignal | undefined,
): Promise<GroupOutcome> {
  let heads = await cachedOrRead(cache, group, signal);
  let winners: readonly StoredEvent[] = [];
  let sawPart = false;
  for (let attempt = 0; ; attempt += 1) {
    const plan = planAppend(group, heads, recorder);
    let stale: readonly string[] = [...heads.keys()];
    if (plan.type === 'write') {
      // The condition that all versions are free decides the race.
      const outcome = await table.insert(plan.items, signal);
      if (outcome.type === 'inserted' || isOwnWrite(group, plan.items, outcome.items)) {
        plan.headsAfter.forEach(cache.advance);
        return appended(plan);
      }
      // After a lost race, go on from the winners. They are often the newest events; but this process may be
      // behind by hundreds, so every other time the heads of the lost streams are read.
      winners = outcome.items.map(fromItem);
      if (attempt % 2 === 0 && winners.length > 0) {
        heads = await afterWinners({ table, cache }, heads, winners, signal);
        stale = [];
      } else if (winners.length > 0) stale = winners.map(({ event }) => event.characterId);
    } else if (plan.type === 'conflict' && mayResolve(group, heads)) {
      // The stored events in the way tell a duplicate from a refusal.
      const conflict = { group, checks: plan.checks, heads, winners };
      const resolved = await resolveConflict({ table, cache }, conflict, signal);
      const isFinal = resolved.type === 'final' || (resolved.type === 'partly_stored' && sawPart);
      if (isFinal) return resolved.outcome;
      sawPart ||= resolved.type === 'partly_stored';
    } else {
      // A refusal is believed from current heads only.
      stale = behind(heads);
      if (plan.type === 'refused' && stale.length === 0) return plan.refusal;
    }
    await backOff(attempt, { firstMs: 1, longestMs: 100 }, signal);
    if (signal?.aborted) throw contended('Other writers were faster at every try, until the deadline');
    heads = await refreshed(cache, heads, stale, group, signal);
  }
}

type WritePlan = Extract<AppendPlan, { readonly type: 'write' }>;

function appended({ written, headsAfter }: WritePlan): GroupOutcome {
  const events = written.map(({ event, state }) => ({ ...event, state: async () => state }));
  return { type: 'appended', events, states: headsAfter.map(({ state }) => state), duplicate: false };
}

/**
 * Whether an item in the way is this very write: a network may deliver a request twice, and the answer to the second
 * one arrives. A key that the server made proves it, since no other write has it; all items are stored or none is.
 * A caller's key proves nothing: the caller may have sent it to another process too.
 */
function isOwnWrite(
  group: readonly GroupedEvent[],
  written: readonly StoredItem[],
  inTheWay: readonly StoredItem[],
): boolean {
  return group.some(({ event }, index) => {
    const item = event.idempotencyKey === undefined ? written[index] : undefined;
    return item !== undefined && inTheWay.some((other) => isSameWrite(item, other));
  });
}

/** The heads to begin with: from the cache where it has enough of them, else read, all at once. */
function cachedOrRead(
  cache: HeadCache,
  group: readonly GroupedEvent[],
  signal: AbortSignal | undefined,
): Promise<KnownHeads> {
  const cached = (characterId: string, keyWindow: number): KnownHead | undefined => {
    const head = cache.cached(characterId, keyWindow);
    return head && { head, isCurrent: false };
  };
  return headsOf(cache, group, cached, signal);
}

/** The heads, of which the stale ones are read anew, all at once. */
function refreshed(
  cache: HeadCache,
  heads: KnownHeads,
  stale: readonly string[],
  group: readonly GroupedEvent[],
  signal: AbortSignal | undefined,
): Promise<KnownHeads> {
  const kept = (characterId: string) => (stale.includes(characterId) ? undefined : heads.get(characterId));
  return headsOf(cache, group, kept, signal);
}

/** The head of each character of a group, in the order they first appear: a known one, else one that is read. */
async function headsOf(
  cache: HeadCache,
  group: readonly GroupedEvent[],
  known: (characterId: string, keyWindow: number) => KnownHead | undefined,
  signal: AbortSignal | undefined,
): Promise<KnownHeads> {
  const heads = new Map<string, KnownHead>();
  const reads: Promise<void>[] = [];
  for (const { event } of group) {
    const { characterId } = event;
    if (heads.has(characterId)) continue;
    const itsEvents = group.filter((other) => other.event.characterId === characterId);
    const keyWindow = Math.max(...itsEvents.map(keyWindowOf));
    const head = known(characterId, keyWindow);
    heads.set(characterId, head ?? { head: undefined, isCurrent: false });
    if (head !== undefined) continue;
    const read = cache.refresh(characterId, keyWindow, signal);
    reads.push(read.then((found) => void heads.set(characterId, { head: found, isCurrent: true })));
  }
  if (reads.length > 0) await Promise.all(reads);
  return heads;
}

/** The heads after the events that won the race; there may be newer ones. */
async function afterWinners(
  { table, cache }: { readonly table: EventTable; readonly cache: HeadCache },
  heads: KnownHeads,
  winners: readonly StoredEvent[],
  signal: AbortSignal | undefined,
): Promise<KnownHeads> {
  const after = new Map(heads);
  for (const winner of winners) {
    const { characterId } = winner.event;
    const head = await headAfterAll(table, after.get(characterId)?.head, [winner], signal);
    if (head !== undefined) cache.advance(head);
    after.set(characterId, { head, isCurrent: false });
  }
  return after;
}

function behind(heads: KnownHeads): readonly string[] {
  return Array.from(heads).flatMap(([characterId, { isCurrent }]) => (isCurrent ? [] : [characterId]));
}

/** One event resolves its conflict by one read from any head: that read also finds keys newer than the head. */
function mayResolve(group: readonly GroupedEvent[], heads: KnownHeads): boolean {
  return group.length === 1 || behind(heads).length === 0;
}
