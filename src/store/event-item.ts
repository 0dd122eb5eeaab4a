import { type CharacterState, foldSchema } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';

/** Where an item stands: partition key and sort key of the table. */
export type EventKey = { readonly Id: string; readonly Version: number };

/** An item as an engine returns it: other programs may have written it, so only its key is known. */
export type StoredItem = EventKey & { readonly [attribute: string]: unknown };

/** The state after the event, in the event's own item. */
export type SnapshotAttribute = {
  readonly Schema: number;
  readonly Name: string;
  readonly HitPoints: number;
  readonly HighestHitPoints: number;
  readonly CreatedAt?: string;
};

/** An event's item as this program writes it. Both engines store exactly these attributes. */
export type EventItem = StoredItem & {
  readonly CharacterName: string;
  readonly CharacterHitPoints: number;
  readonly Note: string;
  readonly RecordedAt: string;
  readonly IdempotencyKey: string;
  /** On a compensating event only: the version that it takes back. */
  readonly Reverts?: number;
  /** Who appended it, where the server asks for tokens. */
  readonly Actor?: string;
  readonly Snapshot: SnapshotAttribute;
  /** On version 0 only; the key of the sparse index that lists the characters. */
  readonly Directory?: typeof directoryName;
  /** On version 0 only: when the character entered the directory, the index's order. */
  readonly ListedAt?: string;
};

/** The one partition of the directory index. */
export const directoryName = 'CHARACTERS';

/** A stored item that is no event. The stream cannot be read past it until someone looks at it. */
export class UnreadableItemError extends Error {
  override readonly name = 'UnreadableItemError';
  readonly key: EventKey;
  readonly attribute: string;

  constructor(key: EventKey, attribute: string, expected: string, actual: unknown) {
    super(
      `The item of character ${JSON.stringify(key.Id)}, version ${key.Version}, is unreadable: ` +
        `expected ${attribute} to be ${expected}, got ${describe(actual)}.`,
    );
    this.key = { Id: key.Id, Version: key.Version };
    this.attribute = attribute;
  }
}

/** When a character entered the directory, from its first event; `undefined` if it is not in it. */
export function listedAt(item: StoredItem): string | undefined {
  const { Directory, ListedAt } = item;
  return Directory === directoryName && typeof ListedAt === 'string' ? ListedAt : undefined;
}

/** What a reader gets from an item: the event, and the state after it if the item carries a usable one. */
export type StoredEvent = { readonly event: CharacterEvent; readonly state: CharacterState | undefined };

/** The item of an event that this program recorded, with the state after it. */
export function toItem(
  event: CharacterEvent & { readonly recordedAt: string; readonly idempotencyKey: string },
  state: CharacterState,
): EventItem {
  return {
    Id: event.characterId,
    Version: event.version,
    CharacterName: event.characterName,
    CharacterHitPoints: event.characterHitPoints,
    Note: event.note,
    RecordedAt: event.recordedAt,
    IdempotencyKey: event.idempotencyKey,
    ...(event.reverts === null ? {} : { Reverts: event.reverts }),
    ...(event.actor === null ? {} : { Actor: event.actor }),
    Snapshot: snapshotOf(state),
    ...(event.version === 0 ? { Directory: directoryName, ListedAt: event.recordedAt } : {}),
  };
}

/** The snapshot that belongs into the item of the last event of a state. */
export function snapshotOf({
  name,
  hitPoints,
  highestHitPoints,
  createdAt,
}: CharacterState): SnapshotAttribute {
  return {
    Schema: foldSchema,
    Name: name,
    HitPoints: hitPoints,
    HighestHitPoints: highestHitPoints,
    ...(createdAt === null ? {} : { CreatedAt: createdAt }),
  };
}

/**
 * The event in an item, whoever wrote it: the five attributes of the Go program of the series are enough.
 * A snapshot of another fold is as good as none. Throws `UnreadableItemError` for anything else, so that
 * no event is ever skipped.
 */
export function fromItem(item: StoredItem): StoredEvent {
  const event: CharacterEvent = {
    characterId: item.Id,
    version: naturalNumber(item, 'Version'),
    characterName: text(item, 'CharacterName'),
    characterHitPoints: number(item, 'CharacterHitPoints'),
    note: text(item, 'Note'),
    recordedAt: timestamp(item, 'RecordedAt'),
    idempotencyKey: item['IdempotencyKey'] === undefined ? null : text(item, 'IdempotencyKey'),
    reverts: item['Reverts'] === undefined ? null : naturalNumber(item, 'Reverts'),
    actor: item['Actor'] === undefined ? null : text(item, 'Actor'),
  };
  return { event, state: snapshotState(item['Snapshot'], event) };
}

/** The event in an item, or why it is none, for those who go on in either case. */
export function eventOrProblem(item: StoredItem): StoredEvent | UnreadableItemError {
  try {
    return fromItem(item);
  } catch (error) {
    if (error instanceof UnreadableItemError) return error;
    throw error;
  }
}

function snapshotState(snapshot: unknown, event: CharacterEvent): CharacterState | undefined {
  if (!isOurSnapshot(snapshot)) return undefined;
  return {
    characterId: event.characterId,
    version: event.version,
    name: snapshot.Name,
    hitPoints: snapshot.HitPoints,
    highestHitPoints: snapshot.HighestHitPoints,
    createdAt: snapshot.CreatedAt ?? null,
    updatedAt: event.recordedAt,
  };
}

function isOurSnapshot(value: unknown): value is SnapshotAttribute {
  if (typeof value !== 'object' || value === null) return false;
  const snapshot: { readonly [attribute: string]: unknown } = { ...value };
  return (
    snapshot['Schema'] === foldSchema &&
    typeof snapshot['Name'] === 'string' &&
    typeof snapshot['HitPoints'] === 'number' &&
    typeof snapshot['HighestHitPoints'] === 'number' &&
    (snapshot['CreatedAt'] === undefined || typeof snapshot['CreatedAt'] === 'string')
  );
}

function text(item: StoredItem, attribute: string): string {
  const value = item[attribute];
  if (typeof value === 'string') return value;
  throw new UnreadableItemError(item, attribute, 'a string', value);
}

function number(item: StoredItem, attribute: string): number {
  const value = item[attribute];
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw new UnreadableItemError(item, attribute, 'a number', value);
}

function naturalNumber(item: StoredItem, attribute: string): number {
  const value = number(item, attribute);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new UnreadableItemError(item, attribute, 'a whole number from 0', value);
}

const ourTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function timestamp(item: StoredItem, attribute: string): string | null {
  const value = item[attribute];
  if (value === undefined) return null;
  if (typeof value === 'string') {
    if (ourTimestamp.test(value)) return value;
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return new Date(time).toISOString();
  }
  throw new UnreadableItemError(item, attribute, 'an ISO 8601 time', value);
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : `${typeof value} ${String(value).slice(0, 100)}`;
}
