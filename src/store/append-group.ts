import type { CharacterState } from '../character/character.ts';
import type { NewEvent } from '../character/event.ts';
import {
  eventGroupIssues,
  type GroupedEvent,
  groupedEvents,
  groupedIssues,
} from '../character/event-group.ts';
import { type AppendDependencies, type Refusal, unlessKeyed, verdict } from './append.ts';
import { backOff, contended } from './errors.ts';
import type { EventItem } from './event-item.ts';
import { holderOf, type KnownCharacter, knownAfter } from './head-cache.ts';
import { type RecordedEvent, storedEvent } from './history.ts';
import { lockKeysOf } from './keyed-mutex.ts';
import { type Latest, lookUp, nextVersion, remembered } from './latest.ts';
import { place } from './placement.ts';

/** What became of a group. Only `appended` means that its events are stored, and then all of them are. */
export type AppendGroupOutcome =
  | {
      readonly type: 'appended';
      /** In the order they were sent. */
      readonly events: readonly RecordedEvent[];
      /** The latest states that are known, one for each character, in the order they first appear. */
      readonly states: readonly CharacterState[];
      /** All events had been stored before, by appends with the same keys and contents. */
      readonly duplicate: boolean;
    }
  | Refusal;

/**
 * Appends events of any characters in one transaction, all or none. With all previous states known it costs
 * that transaction alone. Several events of one character take consecutive versions in the order given.
 */
export async function appendGroup(
  dependencies: AppendDependencies,
  sent: readonly NewEvent[],
  signal?: AbortSignal,
): Promise<AppendGroupOutcome> {
  const issues = eventGroupIssues(sent);
  if (issues.length > 0) return { type: 'invalid_input', issues };
  const group = groupedEvents(sent);
  const turns = [...new Set(group.flatMap(({ event }) => lockKeysOf(event)))];
  return dependencies
    .turns(turns, () => appendGroupUntilDecided(dependencies, group, signal), signal)
    .catch(unlessKeyed(sent));
}

/** What is known of each character of the group, in the order they first appear. */
type LatestById = ReadonlyMap<string, Latest>;

/** Another attempt, since what is known of these characters may be behind. */
type LookAgain = {
  readonly type: 'look_again';
  readonly behind: readonly string[];
  /** Some events of the group were found stored, and others not. */
  readonly foundSome?: boolean;
};

async function appendGroupUntilDecided(
  dependencies: AppendDependencies,
  group: readonly GroupedEvent[],
  signal: AbortSignal | undefined,
): Promise<AppendGroupOutcome> {
  const { memory } = dependencies;
  let latest = await latestById(
    dependencies,
    group,
    (id, withKeys) => remembered(memory, id, withKeys),
    signal,
  );
  let foundSome = false;
  for (let tries = 0; ; tries += 1) {
    const step = await attemptGroup(dependencies, group, latest, foundSome, signal);
    if (step.type !== 'look_again') return step;
    foundSome ||= step.foundSome ?? false;
    await backOff(tries, { firstMs: 1, longestMs: 100 }, signal);
    if (signal?.aborted) throw contended('Other writers were faster at every try, until the deadline');
    const before = latest;
    const kept = (id: string) => (step.behind.includes(id) ? undefined : before.get(id));
    latest = await latestById(dependencies, group, kept, signal);
  }
}

/** What is kept of each character of the group or else, in queries at once, what the table says. */
async function latestById(
  { table, memory }: AppendDependencies,
  group: readonly GroupedEvent[],
  kept: (characterId: string, withKeys: boolean) => Latest | undefined,
  signal: AbortSignal | undefined,
): Promise<LatestById> {
  const keyed = new Set(idsOf(group.filter(({ event }) => event.idempotencyKey !== undefined)));
  const entries = idsOf(group).map(async (id): Promise<[string, Latest]> => {
    const withKeys = keyed.has(id);
    return [id, kept(id, withKeys) ?? (await lookUp(table, memory, id, withKeys, signal))];
  });
  return new Map(await Promise.all(entries));
}

function idsOf(group: readonly GroupedEvent[]): readonly string[] {
  return [...new Set(group.map(({ event }) => event.characterId))];
}

async function attemptGroup(
  dependencies: AppendDependencies,
  group: readonly GroupedEvent[],
  latest: LatestById,
  foundSome: boolean,
  signal: AbortSignal | undefined,
): Promise<AppendGroupOutcome | LookAgain> {
  const standings = group.map((grouped) => standingOf(grouped, latest.get(grouped.event.characterId)));
  if (standings.every(({ type }) => type === 'next')) return putGroup(dependencies, group, latest, signal);
  const behind = notFresh(latest);
  if (behind.length > 0) return { type: 'look_again', behind };
  return judge(dependencies, standings, latest, foundSome, signal);
}

function notFresh(latest: LatestById): readonly string[] {
  return [...latest].flatMap(([characterId, { fresh }]) => (fresh ? [] : [characterId]));
}

/** Where an event of the group stands to what is known of its character. */
type Standing = { readonly event: NewEvent; readonly version: number; readonly next: number } & {
  /** It can have its version; an event of that version holds this or its key; the version leaves a gap. */
  readonly type: 'next' | 'held' | 'gap';
};

function standingOf({ event, offset }: GroupedEvent, latest: Latest | undefined): Standing {
  const next = latest === undefined ? 0 : nextVersion(latest);
  const { version = next + offset, idempotencyKey } = event;
  const held = holderOf(latest?.known, idempotencyKey);
  if (held !== undefined) return { type: 'held', event, version: held, next };
  if (version < next) return { type: 'held', event, version, next };
  return { type: version === next + offset ? 'next' : 'gap', event, version, next };
}

/**
 * What the caller of a group is told that is stored already, or cannot be: the first reason in its order.
 * The queries of one look may come before and after the same group was stored by another append. So where
 * some events are found and others not, a second look decides: it comes after.
 */
async function judge(
  { table, memory }: AppendDependencies,
  standings: readonly Standing[],
  latest: LatestById,
  foundSomeBefore: boolean,
  signal: AbortSignal | undefined,
): Promise<AppendGroupOutcome | LookAgain> {
  const ours: RecordedEvent[] = [];
  let refusal: Refusal | undefined;
  for (const { type, event, version, next } of standings) {
    const { characterId } = event;
    if (type === 'gap') refusal ??= { type: 'version_gap', characterId, version, nextVersion: next };
    if (type !== 'held') continue;
    const holder = await storedEvent(table, characterId, version, signal);
    const state = latest.get(characterId)?.known?.state;
    if (holder === undefined || state === undefined) {
      memory.drop(characterId);
      if (event.version === undefined) return { type: 'look_again', behind: [characterId] };
      refusal ??= { type: 'version_gap', characterId, version, nextVersion: next };
      continue;
    }
    const outcome = verdict(table, event, holder, state, signal);
    if (outcome.type === 'appended') ours.push(outcome.event);
    refusal ??=
      outcome.type === 'appended'
        ? { type: 'version_taken', event: outcome.event, nextVersion: next }
        : outcome;
  }
  if (ours.length < standings.length) {
    const again: LookAgain = { type: 'look_again', behind: [...latest.keys()], foundSome: ours.length > 0 };
    return again.foundSome && !foundSomeBefore ? again : (refusal ?? again);
  }
  const states = [...latest.values()].flatMap(({ known }) => (known === undefined ? [] : [known.state]));
  return { type: 'appended', events: ours, states, duplicate: true };
}

async function putGroup(
  dependencies: AppendDependencies,
  group: readonly GroupedEvent[],
  latest: LatestById,
  signal: AbortSignal | undefined,
): Promise<AppendGroupOutcome | LookAgain> {
  const { table, memory } = dependencies;
  const known = new Map([...latest].map(([characterId, each]) => [characterId, each.known]));
  const events: RecordedEvent[] = [];
  const items: EventItem[] = [];
  for (const [index, { event: sent }] of group.entries()) {
    const before = known.get(sent.characterId);
    const placed = place(dependencies, sent, before?.state);
    if (placed.type === 'invalid_input') {
      const behind = notFresh(latest);
      if (behind.length > 0) return { type: 'look_again', behind };
      return { type: 'invalid_input', issues: groupedIssues(index, placed.issues) };
    }
    const held = { version: placed.event.version, idempotencyKey: sent.idempotencyKey ?? null };
    known.set(sent.characterId, knownAfter(before, held, placed.state));
    events.push(placed.event);
    items.push(placed.item);
  }
  const outcome = await table.insert(items, signal);
  if (outcome.type === 'taken') return { type: 'look_again', behind: outcome.items.map(({ Id }) => Id) };
  const now = [...known.values()].filter((each): each is KnownCharacter => each !== undefined);
  now.forEach(memory.keep);
  return { type: 'appended', events, states: now.map(({ state }) => state), duplicate: false };
}
