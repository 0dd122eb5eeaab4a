import { limits, type NewEvent } from '../character/event.ts';
import type { GroupedEvent } from '../character/event-group.ts';
import type { GroupOutcome } from './append-outcome.ts';
import { conflictOf, holdsKeyOf, type KnownHead, type KnownHeads, type VersionCheck } from './append-plan.ts';
import { fromItem, type StoredEvent } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type HeadCache, headAfterAll, nextVersion, readHead, type StreamHead } from './head-cache.ts';
import { type RecordedEvent, recorded } from './history.ts';

/** A group of which stored events hold versions or keys. */
export type GroupConflict = {
  readonly group: readonly GroupedEvent[];
  /** How each event of the group relates to the head of its stream. */
  readonly checks: readonly VersionCheck[];
  /** All current, unless the group is a single event. */
  readonly heads: KnownHeads;
  /** Events that the last write met in its way; they need no second read. */
  readonly winners: readonly StoredEvent[];
};

/** What the stored events in the way say. */
export type Resolution =
  | { readonly type: 'final'; readonly outcome: GroupOutcome }
  /**
   * Some events of the group are stored and others are not. The reads of one round are not a snapshot: the same
   * group may commit between two of them. So the outcome counts only if a second round comes to it too.
   */
  | { readonly type: 'partly_stored'; readonly outcome: GroupOutcome }
  /** The head was too far behind, or the stream was replaced: read the heads, and plan anew. */
  | { readonly type: 'unresolved' };

/**
 * Resolves a conflict: the first reason in the order of the group or, if every event is stored by key and content,
 * the stored events as duplicates. One query for each event in the way, all at once. Moves the cache forward to
 * what was read.
 */
export async function resolveConflict(
  { table, cache }: { readonly table: EventTable; readonly cache: HeadCache },
  conflict: GroupConflict,
  signal: AbortSignal | undefined,
): Promise<Resolution> {
  const reads = await Promise.all(
    conflict.group.map(({ event }, index) => {
      const check = conflict.checks[index];
      return check?.type === 'held' ? readHolder(table, conflict, event, check.version, signal) : undefined;
    }),
  );
  for (const [index, { event }] of conflict.group.entries()) {
    const read = reads[index];
    if (read?.type === 'gone') cache.invalidate(event.characterId);
    if (read?.type === 'held' && read.head !== undefined) cache.advance(read.head);
  }
  return judge(conflict, reads, (stored) => recorded(table, stored, signal));
}

/** Decides by what was read, one read for each event that is held. Pure. */
export function judge(
  { group, checks, heads }: GroupConflict,
  reads: readonly (HolderRead | undefined)[],
  recordedFrom: (stored: StoredEvent) => RecordedEvent,
): Resolution {
  const duplicates: RecordedEvent[] = [];
  const newest = new Map(Array.from(heads, ([characterId, { head }]) => [characterId, head]));
  let refusal: GroupOutcome | undefined;
  for (const [index, { event: sent }] of group.entries()) {
    const check = checks[index];
    const read = reads[index];
    if (check?.type === 'gap') refusal ??= check.refusal;
    if (read === undefined) continue;
    if (read.type === 'behind') return { type: 'unresolved' };
    const { characterId, version } = sent;
    if (read.type === 'gone') {
      if (!heads.get(characterId)?.isCurrent || version === undefined) return { type: 'unresolved' };
      refusal ??= {
        type: 'version_gap',
        characterId,
        version,
        nextVersion: nextVersion(newest.get(characterId)),
      };
      continue;
    }
    newest.set(characterId, read.head);
    const event = recordedFrom(read.holder);
    const kind = conflictOf(sent, read.holder);
    if (kind === 'duplicate') duplicates.push(event);
    refusal ??=
      kind === 'key_reused'
        ? { type: 'key_reused', event }
        : { type: 'version_taken', event, nextVersion: nextVersion(read.head) };
  }
  if (duplicates.length === group.length) {
    const states = [...newest.values()].flatMap((head) => head?.state ?? []);
    return { type: 'final', outcome: { type: 'appended', events: duplicates, states, duplicate: true } };
  }
  if (refusal === undefined) return { type: 'unresolved' };
  return { type: duplicates.length > 0 ? 'partly_stored' : 'final', outcome: refusal };
}

/** The stored event that holds a version or a key of the group, and the head after what was read. */
export type HolderRead =
  | { readonly type: 'held'; readonly holder: StoredEvent; readonly head: StreamHead | undefined }
  /** There may be newer events than were read, and one of them may hold the key. */
  | { readonly type: 'behind' }
  /** The head knows an event of that version; there is none. */
  | { readonly type: 'gone' };

/**
 * One query from the version on: of one item or, for an event with a key and a head that may be behind, of up to
 * 100, so that keys newer than the head are seen in the same call.
 */
async function readHolder(
  table: EventTable,
  { heads, winners }: GroupConflict,
  sent: NewEvent,
  version: number,
  signal: AbortSignal | undefined,
): Promise<HolderRead> {
  const { head, isCurrent } = heads.get(sent.characterId) ?? unknownHead;
  const needsNewerKeys = sent.idempotencyKey !== undefined && !isCurrent;
  const winner = winners.find(({ event }) => isAt(event, sent.characterId, version));
  if (winner !== undefined && (!needsNewerKeys || holdsKeyOf(winner, sent))) {
    return { type: 'held', holder: winner, head };
  }
  const { idempotencyWindow } = limits;
  const isNear = nextVersion(head) - version < idempotencyWindow;
  const limit = needsNewerKeys && isNear ? idempotencyWindow : 1;
  const stored = (await table.query(sent.characterId, { from: version, limit }, signal)).map(fromItem);
  const [first] = stored;
  if (first?.event.version !== version) return { type: 'gone' };
  if (!needsNewerKeys) return { type: 'held', holder: first, head };
  if (stored.length === limit) {
    // There are more newer events than were read. Only an event that is ours for sure needs none of them.
    if (!holdsKeyOf(first, sent)) return { type: 'behind' };
    return { type: 'held', holder: first, head: await readHead(table, sent.characterId, 0, signal) };
  }
  const holder = stored.find((each) => holdsKeyOf(each, sent)) ?? first;
  return { type: 'held', holder, head: await headAfterAll(table, head, stored, signal) };
}

const unknownHead: KnownHead = { head: undefined, isCurrent: false };

function isAt(
  event: Pick<StoredEvent['event'], 'characterId' | 'version'>,
  characterId: string,
  version: number,
) {
  return event.characterId === characterId && event.version === version;
}
