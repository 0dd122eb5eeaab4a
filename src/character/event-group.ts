import { type InputIssue, limits, type NewEvent, newEventIssues } from './event.ts';
import type { Effect } from './undo.ts';

/** An event of a group that is to be stored whole or not at all. */
export type GroupedEvent = {
  /** Its version is set if that of any event of its character in the group is. */
  readonly event: NewEvent;
  /** How many events of the same character come before it in the group. */
  readonly offset: number;
  /** How many come after it. */
  readonly following: number;
  /** What it takes back; what it says itself is then left out. */
  readonly takesBack?: Effect;
};

/**
 * How many of its character's newest events are searched for the event's key, 0 without one. A group is found again
 * as long as its last event of the character would be on its own.
 */
export function keyWindowOf({ event, following }: GroupedEvent): number {
  return event.idempotencyKey === undefined ? 0 : limits.idempotencyWindow + following;
}

/**
 * The events of a group in the order they were sent. Those of one character take consecutive versions, so
 * one given version decides on all of them.
 */
export function groupedEvents(sent: readonly NewEvent[]): readonly GroupedEvent[] {
  const inOrder = withOffsets(sent);
  const bases = givenBases(inOrder);
  return inOrder.map((grouped) => {
    const { event, offset } = grouped;
    const base = bases.get(event.characterId);
    return base === undefined ? grouped : { ...grouped, event: { ...event, version: base + offset } };
  });
}

/** Every rule that a group breaks on its own, whatever is stored; empty if it may be appended. */
export function eventGroupIssues(sent: readonly NewEvent[]): readonly InputIssue[] {
  if (sent.length < 1 || sent.length > limits.groupSize) {
    return [{ path: ['events'], message: `Expected 1 to ${limits.groupSize} events, got ${sent.length}.` }];
  }
  return [
    ...movesIssues(sent),
    ...sent.flatMap((event, index) => groupedIssues(index, newEventIssues(event))),
    ...repeatedKeyIssues(sent),
    ...versionOrderIssues(sent),
  ];
}

/** A character that moves to the other list is one more write of the transaction. */
function movesIssues(sent: readonly NewEvent[]): readonly InputIssue[] {
  const moved = new Set(sent.flatMap((event) => (event.archived === undefined ? [] : [event.characterId])));
  if (sent.length + moved.size <= limits.groupSize) return [];
  const message =
    `Expected at most ${limits.groupSize} events and characters put away or back together, ` +
    `got ${sent.length} and ${moved.size}.`;
  return [{ path: ['events'], message }];
}

/** Issues of one event as issues of its group. */
export function groupedIssues(index: number, issues: readonly InputIssue[]): readonly InputIssue[] {
  return issues.map(({ path, message }) => ({ path: ['events', String(index), ...path], message }));
}

function repeatedKeyIssues(sent: readonly NewEvent[]): readonly InputIssue[] {
  const firstUses = new Map<string, number>();
  return sent.flatMap(({ idempotencyKey: key }, index) => {
    if (key === undefined) return [];
    const firstUse = firstUses.get(key);
    if (firstUse === undefined) firstUses.set(key, index);
    if (firstUse === undefined) return [];
    const message = `Expected a key of its own, got ${JSON.stringify(key)}, which event ${firstUse} has too.`;
    return groupedIssues(index, [{ path: ['idempotencyKey'], message }]);
  });
}

function versionOrderIssues(sent: readonly NewEvent[]): readonly InputIssue[] {
  const inOrder = withOffsets(sent);
  const bases = givenBases(inOrder);
  return inOrder.flatMap(({ event: { characterId, version }, offset }, index) => {
    if (version === undefined) return [];
    const consecutive = Math.max(0, bases.get(characterId) ?? 0) + offset;
    if (version === consecutive) return [];
    const message = `Expected ${consecutive}, since the events of one character take consecutive versions, got ${version}.`;
    return groupedIssues(index, [{ path: ['version'], message }]);
  });
}

function withOffsets(sent: readonly NewEvent[]): readonly GroupedEvent[] {
  const counts = new Map<string, number>();
  const offsets = sent.map(({ characterId }) => {
    const offset = counts.get(characterId) ?? 0;
    counts.set(characterId, offset + 1);
    return offset;
  });
  return sent.map((event, index) => {
    const offset = offsets[index] ?? 0;
    return { event, offset, following: (counts.get(event.characterId) ?? 0) - offset - 1 };
  });
}

/** The version of each character's first event of the group, where any of its versions is given. */
function givenBases(inOrder: readonly GroupedEvent[]): ReadonlyMap<string, number> {
  const bases = new Map<string, number>();
  for (const { event, offset } of inOrder) {
    if (event.version === undefined || bases.has(event.characterId)) continue;
    bases.set(event.characterId, event.version - offset);
  }
  return bases;
}
