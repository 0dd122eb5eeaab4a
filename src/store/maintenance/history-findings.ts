import { type CharacterState, fold } from '../../character/character.ts';
import type { CharacterEvent } from '../../character/event.ts';
import {
  eventOrProblem,
  foreignTotal,
  type StoredEvent,
  type StoredItem,
  UnreadableItemError,
} from '../event-item.ts';

/** One thing that is wrong with a character's history, at these versions. */
export type HistoryFinding = { readonly from: number; readonly to: number } & (
  | { readonly type: 'missing_events' }
  /** The item is no event, so that the history cannot be read. */
  | { readonly type: 'unreadable_item'; readonly message: string }
  /** A snapshot of the Go program, as an item of the stream, has another total than the events before it. */
  | { readonly type: 'wrong_total'; readonly total: number; readonly hitPoints: number }
  | Disagreement
);

/** What is wrong between an event and the snapshot in its item. */
type Disagreement =
  /** The snapshots before, of and after the event agree that it was another change of hit points. */
  | { readonly type: 'changed_event'; readonly change: number; readonly changeBefore: number }
  /** Only the `state` is right, which the events add up to. */
  | { readonly type: 'wrong_snapshot'; readonly snapshot: CharacterState; readonly state: CharacterState }
  /** None, or one of another fold. What the state should be is unknown where events before are missing. */
  | { readonly type: 'no_snapshot'; readonly state: CharacterState | undefined };

/**
 * Replays a history from its beginning and compares every snapshot with the fold. Where event and snapshot
 * disagree, the snapshots that follow decide: if they go on from the snapshot, the event was changed; if they
 * go on from the fold, or nothing follows, the snapshot is wrong. After events that are missing it goes on
 * from the next snapshot. Findings come in the order of versions, one for each event without a snapshot.
 */
export async function* historyFindings(items: AsyncIterable<StoredItem>): AsyncGenerator<HistoryFinding> {
  let before: Before = 'nothing';
  let nextVersion = 0;
  for await (const [current, following] of withFollowing(read(items))) {
    const { version } = current;
    if (version > nextVersion) {
      yield { type: 'missing_events', from: nextVersion, to: Math.ceil(version) - 1 };
      before = 'unknown';
    }
    nextVersion = Math.max(nextVersion, Math.floor(version) + 1);
    if (current.type === 'unreadable') {
      yield { type: 'unreadable_item', from: version, to: version, message: current.message };
      before = 'unknown';
      continue;
    }
    const { finding, state } = compareSnapshot(
      before,
      current,
      following?.type === 'event' ? following : undefined,
    );
    if (finding !== undefined) yield { ...finding, from: version, to: version };
    const { total } = current;
    const hitPoints = typeof state === 'string' ? total : state.hitPoints;
    if (total !== undefined && hitPoints !== undefined && total !== hitPoints) {
      yield { type: 'wrong_total', from: version, to: version, total, hitPoints };
    }
    before = state;
  }
}

/** What comes before an event: the state, nothing at all, or something that is missing. */
type Before = CharacterState | 'nothing' | 'unknown';

type Reading =
  | ({ readonly type: 'event'; readonly version: number; readonly total: number | undefined } & StoredEvent)
  | { readonly type: 'unreadable'; readonly version: number; readonly message: string };

async function* read(items: AsyncIterable<StoredItem>): AsyncGenerator<Reading> {
  for await (const item of items) {
    const { Version: version } = item;
    const stored = eventOrProblem(item);
    if (stored instanceof UnreadableItemError) yield { type: 'unreadable', version, message: stored.message };
    else yield { type: 'event', version, total: foreignTotal(item), ...stored };
  }
}

/** What is wrong, if anything is, and what the next event is to be compared with. */
type Comparison = { readonly finding?: Disagreement; readonly state: Before };

function compareSnapshot(
  before: Before,
  stored: StoredEvent,
  following: StoredEvent | undefined,
): Comparison {
  const { event, state: snapshot } = stored;
  if (before === 'unknown') {
    if (snapshot !== undefined) return { state: snapshot };
    return { finding: { type: 'no_snapshot', state: undefined }, state: 'unknown' };
  }
  const base = before === 'nothing' ? undefined : before;
  const state = fold(base, event);
  if (snapshot === undefined) return { finding: { type: 'no_snapshot', state }, state };
  if (isSame(snapshot, state)) return { state };
  const changeBefore = changeBetween(base, event, snapshot);
  const goesOn = following?.state !== undefined && isSame(following.state, fold(snapshot, following.event));
  if (changeBefore === undefined || !goesOn)
    return { finding: { type: 'wrong_snapshot', snapshot, state }, state };
  const finding = { type: 'changed_event', change: event.characterHitPoints, changeBefore } as const;
  return { finding, state: snapshot };
}

/** The change of hit points with which an event would lead from the state before it to the one after it, if any would. */
function changeBetween(
  before: CharacterState | undefined,
  event: CharacterEvent,
  after: CharacterState,
): number | undefined {
  const hitPoints = after.hitPoints - fold(before, { ...event, characterHitPoints: 0 }).hitPoints;
  const temporary = after.temporaryHitPoints - (before?.temporaryHitPoints ?? 0);
  return [hitPoints, hitPoints + temporary].find((characterHitPoints) =>
    isSame(fold(before, { ...event, characterHitPoints }), after),
  );
}

function isSame(one: CharacterState, other: CharacterState): boolean {
  return (
    one.name === other.name &&
    one.hitPoints === other.hitPoints &&
    one.highestHitPoints === other.highestHitPoints &&
    one.maximumHitPoints === other.maximumHitPoints &&
    one.temporaryHitPoints === other.temporaryHitPoints &&
    one.experience === other.experience &&
    one.archived === other.archived &&
    one.createdAt === other.createdAt
  );
}

/** Each value with the one that follows it; `undefined` after the last. */
async function* withFollowing<Value>(
  values: AsyncIterable<Value>,
): AsyncGenerator<readonly [Value, Value | undefined]> {
  let last: { readonly value: Value } | undefined;
  for await (const value of values) {
    if (last !== undefined) yield [last.value, value];
    last = { value };
  }
  if (last !== undefined) yield [last.value, undefined];
}
