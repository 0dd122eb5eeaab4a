/** Something that happened to a character. Stored once, never changed. */
export type CharacterEvent = {
  readonly characterId: string;
  /** Place in the character's history, counted from 0, without gaps. */
  readonly version: number;
  readonly characterName: string;
  /** The change of hit points; negative for damage. */
  readonly characterHitPoints: number;
  readonly note: string;
  /** ISO 8601, UTC, milliseconds; null in events that other programs wrote. Order is `version` alone. */
  readonly recordedAt: string | null;
  /** The caller's key for the append, or one that the store made; null in events that other programs wrote. */
  readonly idempotencyKey: string | null;
  /** The version of the event that this one takes back. */
  readonly reverts: number | null;
  /** The subject of the token that appended it; null without tokens, and in events that other programs wrote. */
  readonly actor: string | null;
  /** The maximum that it sets, from 1; 0: there is none any more; null: as before. */
  readonly maximumHitPoints: number | null;
  /** The temporary hit points that it sets; null: as before. */
  readonly temporaryHitPoints: number | null;
  /** The change of experience; null: none. */
  readonly experience: number | null;
  /** Whether it puts the character away or back; null: neither. */
  readonly archived: boolean | null;
};

/** An event as a caller sends it, before the store gives it a place in the history. */
export type NewEvent = {
  readonly characterId: string;
  /** The version it takes; left out: the next one. */
  readonly version?: number | undefined;
  /** Left out: unchanged. Required at version 0. */
  readonly characterName?: string | undefined;
  readonly characterHitPoints: number;
  /** Left out: empty, or for an event that takes another back "Undo of version n". */
  readonly note?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** The version of the event that it takes back. */
  readonly reverts?: number | undefined;
  /** The subject of the token that appends it. */
  readonly actor?: string | undefined;
  /** Left out, as the three below: unchanged. */
  readonly maximumHitPoints?: number | undefined;
  readonly temporaryHitPoints?: number | undefined;
  /** A change, negative where experience is lost. */
  readonly experience?: number | undefined;
  readonly archived?: boolean | undefined;
};

/**
 * The idempotency key of the server's own for taking back a version. It begins with a control character, which no
 * caller's key may hold, so no caller can take it.
 */
export function revertKey(version: number): string {
  return `\u001f${legacyRevertKey(version)}`;
}

/** The same key as version 0.1 stored it, among the keys of callers. */
export function legacyRevertKey(version: number): string {
  return `revert:${version}`;
}

/** One broken rule: where, from the event's own field on, and what was expected and what arrived. */
export type InputIssue = { readonly path: readonly string[]; readonly message: string };

/** The bounds of what a caller may send. Stored events of other programs may exceed them and still read. */
export const limits = {
  characterIdBytes: 255,
  /** The longest id that every engine can hold, for characters of other programs. */
  storableIdBytes: 1_950,
  idempotencyKeyBytes: 255,
  characterNameCodePoints: 100,
  noteCodePoints: 2_000,
  /** Largest change of hit points or experience, either way; largest maximum, most temporary hit points. */
  points: 1_000_000,
  /** Largest total of points and largest version: GraphQL's `Int` has 32 bits. */
  int32Max: 2 ** 31 - 1,
  /** Smallest total of hit points. */
  int32Min: -(2 ** 31),
  /** How many events a group may have: a DynamoDB transaction takes as many. */
  groupSize: 100,
  /** How many characters a subscription may follow. */
  followedCharacters: 1_000,
  /** How many of a character's newest events are searched for an idempotency key. */
  idempotencyWindow: 100,
} as const;

/** Every rule that the event breaks on its own, whatever is stored; empty if it may be appended. */
export function newEventIssues(event: NewEvent): readonly InputIssue[] {
  return [
    ...characterIdIssues(event.characterId, ['characterId']),
    ...(event.version === undefined ? [] : versionIssues(event.version, ['version'])),
    ...(event.characterName === undefined
      ? missingNameIssues(event.version)
      : nameIssues(event.characterName)),
    ...pointsIssues(event, 'characterHitPoints', -limits.points),
    ...pointsIssues(event, 'maximumHitPoints', 1),
    ...pointsIssues(event, 'temporaryHitPoints', 0),
    ...pointsIssues(event, 'experience', -limits.points),
    ...(event.note === undefined ? [] : noteIssues(event.note)),
    ...(event.idempotencyKey === undefined ? [] : idempotencyKeyIssues(event.idempotencyKey)),
  ];
}

/** What is wrong with a character's id, named by the path given. */
export function characterIdIssues(id: string, path: readonly string[]): readonly InputIssue[] {
  return [...byteLengthIssues(id, limits.characterIdBytes, path), ...textIssues(id, path)];
}

/** Whether there can be a character of this id at all, also one of another program. */
export function isStorableId(id: string): boolean {
  return byteLengthIssues(id, limits.storableIdBytes, []).length === 0;
}

/** What is wrong with a version, named by the path given. */
export function versionIssues(version: number, path: readonly string[]): readonly InputIssue[] {
  if (Number.isInteger(version) && version >= 0 && version <= limits.int32Max) return [];
  return [{ path, message: `Expected a version from 0 to ${limits.int32Max}, got ${version}.` }];
}

/** The issue of a first event without a name, which nothing stored can make up for. */
export function missingNameIssues(version: number | undefined): readonly InputIssue[] {
  if (version !== 0) return [];
  return [
    {
      path: ['characterName'],
      message: 'Expected a name, got none: the first event (version 0) names the character.',
    },
  ];
}

/** The issues of totals after an event, and of its change of hit points, that no GraphQL `Int` can hold. */
export function totalIssues(
  totals: Readonly<Record<'hitPoints' | 'temporaryHitPoints' | 'experience', number>>,
  change: number,
): readonly InputIssue[] {
  return [
    ...int32Issues('characterHitPoints', 'hit points', totals.hitPoints, change),
    ...int32Issues('temporaryHitPoints', 'temporary hit points', totals.temporaryHitPoints),
    ...int32Issues('experience', 'experience', totals.experience),
  ];
}

function int32Issues(field: Points, what: string, ...totals: readonly number[]): readonly InputIssue[] {
  const { int32Min, int32Max } = limits;
  const beyond = totals.find((total) => total < int32Min || total > int32Max);
  if (beyond === undefined) return [];
  const message = `Expected a total from ${int32Min} to ${int32Max} ${what} after the event, got ${beyond}.`;
  return [{ path: [field], message }];
}

function nameIssues(name: string): readonly InputIssue[] {
  const path = ['characterName'];
  const length = codePoints(name, limits.characterNameCodePoints);
  if (length >= 1 && length <= limits.characterNameCodePoints) return textIssues(name, path);
  return [{ path, message: `Expected 1 to ${limits.characterNameCodePoints} characters, got ${length}.` }];
}

function noteIssues(note: string): readonly InputIssue[] {
  const path = ['note'];
  const length = codePoints(note, limits.noteCodePoints);
  if (length <= limits.noteCodePoints) return textIssues(note.replace(/[\n\r\t]/g, ' '), path);
  return [{ path, message: `Expected at most ${limits.noteCodePoints} characters, got ${length}.` }];
}

type Points = 'characterHitPoints' | 'maximumHitPoints' | 'temporaryHitPoints' | 'experience';

function pointsIssues(event: Pick<NewEvent, Points>, field: Points, min: number): readonly InputIssue[] {
  const points = event[field];
  const max = limits.points;
  if (points === undefined || (Number.isInteger(points) && points >= min && points <= max)) return [];
  return [{ path: [field], message: `Expected a whole number from ${min} to ${max}, got ${points}.` }];
}

function idempotencyKeyIssues(key: string): readonly InputIssue[] {
  const path = ['idempotencyKey'];
  return [...byteLengthIssues(key, limits.idempotencyKeyBytes, path), ...textIssues(key, path)];
}

function byteLengthIssues(text: string, max: number, path: readonly string[]): readonly InputIssue[] {
  // A code unit is at most three bytes of UTF-8, so most texts need not be encoded to be counted.
  if (text.length >= 1 && 3 * text.length <= max) return [];
  const bytes = new TextEncoder().encode(text).length;
  if (bytes >= 1 && bytes <= max) return [];
  return [{ path, message: `Expected 1 to ${max} bytes of UTF-8, got ${bytes}.` }];
}

function textIssues(text: string, path: readonly string[]): readonly InputIssue[] {
  if (!text.isWellFormed()) {
    return [{ path, message: 'Expected well-formed Unicode, got a lone surrogate.' }];
  }
  const control = /\p{Cc}/u.exec(text)?.[0];
  if (control === undefined) return [];
  const code = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return [{ path, message: `Expected text without control characters, got U+${code}.` }];
}

// Exact only beyond the limit: a text has no more code points than code units.
function codePoints(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
