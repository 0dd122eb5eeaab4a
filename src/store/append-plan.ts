import { type CharacterState, fold } from '../character/character.ts';
import {
  type CharacterEvent,
  type InputIssue,
  missingNameIssues,
  type NewEvent,
  totalIssues,
  versionIssues,
} from '../character/event.ts';
import { type GroupedEvent, keyWindowOf } from '../character/event-group.ts';
import { newCharacterIdIssues } from '../character/new-character-id.ts';
import { hasSameContent } from '../character/same-content.ts';
import { undoOf } from '../character/undo.ts';
import type { IndexedIssues, VersionGap } from './append-outcome.ts';
import { inTheirLists } from './directory-lists.ts';
import { type NewlyRecorded, type StoredEvent, type StoredItem, toItem } from './event-item.ts';
import { headAfter, nextVersion, type StreamHead, versionOfKey } from './head-cache.ts';

/** What a writer knows of a stream when it plans. */
export type KnownHead = {
  /** `undefined` if the character has no events. */
  readonly head: StreamHead | undefined;
  /** Read for this very append. A head from the cache may be behind. */
  readonly isCurrent: boolean;
};

/** The streams of a group by character, in the order they first appear in it. */
export type KnownHeads = ReadonlyMap<string, KnownHead>;

/** What the store adds to an event by itself. */
export type Recorder = {
  readonly clock: () => Date;
  /** Makes an idempotency key for an append that comes without one. */
  readonly newKey: () => string;
};

/** How to append a group, given the heads of its streams. */
export type AppendPlan =
  | {
      readonly type: 'write';
      readonly items: readonly StoredItem[];
      /** Each event as it will be stored, and the state after it, in the order of the group. */
      readonly written: readonly { readonly event: NewlyRecorded; readonly state: CharacterState }[];
      /** The heads once the items are stored, one for each character. */
      readonly headsAfter: readonly StreamHead[];
    }
  /** Stored events hold versions or keys of the group. They have to be read: they may be this very group. */
  | { readonly type: 'conflict'; readonly checks: readonly VersionCheck[] }
  /** To be believed only if all heads are current. */
  | { readonly type: 'refused'; readonly refusal: VersionGap | IndexedIssues };

/** Whether an event can take its version: it is the next one, a stored event is in the way, or it leaves a gap. */
export type VersionCheck =
  | { readonly type: 'next' }
  /** The stored event of this version has the event's version, or its key. */
  | { readonly type: 'held'; readonly version: number }
  | { readonly type: 'gap'; readonly refusal: VersionGap };

/**
 * Plans the append of a group. Pure: heads in, items to write or a reason out. Events are folded on the heads in
 * the order of the group. No two events of a group have one key, so the keys in the heads are enough.
 */
export function planAppend(
  group: readonly GroupedEvent[],
  heads: KnownHeads,
  recorder: Recorder,
): AppendPlan {
  const checks = group.map((grouped) => checkVersion(grouped, heads.get(grouped.event.characterId)?.head));
  if (checks.some(({ type }) => type === 'held')) return { type: 'conflict', checks };
  for (const check of checks) if (check.type === 'gap') return { type: 'refused', refusal: check.refusal };

  const after = new Map<string, StreamHead>();
  const written: { readonly event: NewlyRecorded; readonly state: CharacterState }[] = [];
  for (const [index, { event: sent, takesBack }] of group.entries()) {
    const head = after.get(sent.characterId) ?? heads.get(sent.characterId)?.head;
    const said = recordedEvent(sent, head?.state, recorder);
    const event = takesBack && head ? { ...said, ...undoOf(takesBack, head.state) } : said;
    const state = fold(head?.state, event);
    const issues = placementIssues(sent, event, state);
    if (issues.length > 0) return { type: 'refused', refusal: { type: 'invalid_input', index, issues } };
    written.push({ event, state });
    // A key that the server made comes from no caller, so no head needs to know it.
    const idempotencyKey = sent.idempotencyKey ?? null;
    after.set(sent.characterId, headAfter(head, { version: event.version, idempotencyKey }, state));
  }
  const items = inTheirLists(written.map(({ event, state }) => toItem(event, state)));
  return { type: 'write', items, written, headsAfter: [...after.values()] };
}

/** Checks one event of a group against the head of its stream, before any event of the group. */
function checkVersion(grouped: GroupedEvent, head: StreamHead | undefined): VersionCheck {
  const { event, offset } = grouped;
  const { characterId, idempotencyKey } = event;
  const next = nextVersion(head);
  const held = versionOfKey(head, idempotencyKey, keyWindowOf(grouped));
  if (held !== undefined) return { type: 'held', version: held };
  const { version = next + offset } = event;
  if (version < next) return { type: 'held', version };
  if (version === next + offset) return { type: 'next' };
  return { type: 'gap', refusal: { type: 'version_gap', characterId, version, nextVersion: next } };
}

/** The event right after a state, recorded now or, if the clock went back, when that state was. */
function recordedEvent(
  sent: NewEvent,
  before: CharacterState | undefined,
  { clock, newKey }: Recorder,
): NewlyRecorded {
  const now = clock().toISOString();
  const previous = before?.updatedAt ?? null;
  return {
    characterId: sent.characterId,
    version: before === undefined ? 0 : before.version + 1,
    characterName: sent.characterName ?? before?.name ?? '',
    characterHitPoints: unsignedZero(sent.characterHitPoints),
    note: sent.note ?? (sent.reverts === undefined ? '' : `Undo of version ${sent.reverts}`),
    recordedAt: previous !== null && previous > now ? previous : now,
    idempotencyKey: sent.idempotencyKey ?? newKey(),
    reverts: sent.reverts ?? null,
    actor: sent.actor ?? null,
    maximumHitPoints: sent.maximumHitPoints ?? null,
    temporaryHitPoints: sent.temporaryHitPoints === undefined ? null : unsignedZero(sent.temporaryHitPoints),
    experience: sent.experience === undefined ? null : unsignedZero(sent.experience),
    archived: sent.archived ?? null,
  };
}

/** The number, with 0 in the place of -0. */
function unsignedZero(value: number): number {
  return value + 0;
}

function placementIssues(
  sent: NewEvent,
  { version, characterHitPoints }: CharacterEvent,
  state: CharacterState,
): readonly InputIssue[] {
  return [
    ...versionIssues(version, ['version']),
    ...(version === 0 ? newCharacterIdIssues(sent.characterId) : []),
    ...(sent.characterName === undefined ? missingNameIssues(version) : []),
    ...totalIssues(state, characterHitPoints),
  ];
}

/** How an event of a group relates to the stored event that holds its version or key. */
export type Conflict =
  /** It is stored already: same key, same content. */
  | 'duplicate'
  /** Its key is stored with other content. */
  | 'key_reused'
  /** Another event has its version. */
  | 'version_taken';

/** What a stored event in the way means for an event that is sent. */
export function conflictOf(sent: NewEvent, holder: StoredEvent): Conflict {
  if (!holdsKeyOf(holder, sent)) return 'version_taken';
  return hasSameContent(holder.event, sent) ? 'duplicate' : 'key_reused';
}

/** Whether a stored event has the key that is sent. */
export function holdsKeyOf({ event }: StoredEvent, { idempotencyKey }: NewEvent): boolean {
  return idempotencyKey !== undefined && event.idempotencyKey === idempotencyKey;
}
