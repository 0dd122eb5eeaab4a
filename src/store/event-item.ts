import type { CharacterState } from '../character/character.ts';
import { type CharacterEvent, legacyRevertKey, revertKey } from '../character/event.ts';
import { type SnapshotAttribute, snapshotOf, snapshotState } from './snapshot.ts';

/** Where an item stands: partition key and sort key of the table. */
export type EventKey = { readonly Id: string; readonly Version: number };

/** An item as an engine returns it: other programs may have written it, so only its key is known. */
export type StoredItem = EventKey & { readonly [attribute: string]: unknown };

/** What a reader gets from an item: the event, and the state after it if the item carries a usable snapshot. */
export type StoredEvent = { readonly event: CharacterEvent; readonly state: CharacterState | undefined };

/** An event as this program records it: with a time and a key, which those of other programs may lack. */
export type NewlyRecorded = CharacterEvent & { readonly recordedAt: string; readonly idempotencyKey: string };

/** An event's item as this program writes it. */
export type EventItem = StoredItem & { readonly Snapshot: SnapshotAttribute };

/** A stored item that is no event. The stream cannot be read past it: no event is ever skipped. */
export class UnreadableItemError extends Error {
  override readonly name = 'UnreadableItemError';
  readonly key: EventKey;
  /** Which attribute was expected to be what. */
  readonly expected: string;

  constructor(key: EventKey, attribute: string, expected: string, actual: unknown) {
    super(
      `The item of character ${JSON.stringify(key.Id)}, version ${key.Version}, is unreadable: ` +
        `expected ${attribute} to be ${expected}, got ${describe(actual)}.`,
    );
    this.key = { Id: key.Id, Version: key.Version };
    this.expected = `${attribute} to be ${expected}`;
  }
}

/** One field of an event: the attribute that stores it, and how its value is read. */
type Attribute<Field extends keyof CharacterEvent> = {
  readonly name: string;
  readonly valueIn: (event: CharacterEvent) => CharacterEvent[Field];
  /** Throws `UnreadableItemError` for a value that the field cannot have. */
  readonly read: (item: StoredItem) => CharacterEvent[Field];
};

type Reader<Value> = (item: StoredItem, attribute: string) => Value;

function attribute<Field extends keyof CharacterEvent>(
  field: Field,
  name: string,
  read: Reader<CharacterEvent[Field]>,
): Attribute<Field> {
  return { name, valueIn: (event) => event[field], read: (item) => read(item, name) };
}

/**
 * The attributes of an event, in the order of the README's table. Items, exported lines and the comparison of
 * writes are made of this list; a field of `CharacterEvent` that is missing here does not compile.
 */
const attributes: { readonly [Field in keyof CharacterEvent]: Attribute<Field> } = {
  characterId: attribute('characterId', 'Id', text),
  version: attribute('version', 'Version', naturalNumber),
  characterName: attribute('characterName', 'CharacterName', text),
  characterHitPoints: attribute('characterHitPoints', 'CharacterHitPoints', hitPointsChange),
  note: attribute('note', 'Note', text),
  recordedAt: attribute('recordedAt', 'RecordedAt', orNull(timestamp)),
  idempotencyKey: attribute('idempotencyKey', 'IdempotencyKey', orNull(idempotencyKey)),
  reverts: attribute('reverts', 'Reverts', orNull(naturalNumber)),
  actor: attribute('actor', 'Actor', orNull(text)),
  maximumHitPoints: attribute('maximumHitPoints', 'MaximumHitPoints', orNull(naturalNumber)),
  temporaryHitPoints: attribute('temporaryHitPoints', 'TemporaryHitPoints', orNull(naturalNumber)),
  experience: attribute('experience', 'Experience', orNull(wholeNumber)),
  archived: attribute('archived', 'Archived', orNull(truth)),
};
const allAttributes = Object.values(attributes);

/** The attributes of an item that are ours, in the order of exported lines. */
export const attributeOrder: readonly string[] = [
  ...allAttributes.map(({ name }) => name),
  'Snapshot',
  'Directory',
  'ListedAt',
];

/** The item of an event that this program recorded, with the state after it. Both engines store exactly this. */
export function toItem(event: NewlyRecorded, state: CharacterState): EventItem {
  const item: { -readonly [Name in keyof EventItem]: EventItem[Name] } = {
    Id: event.characterId,
    Version: event.version,
    Snapshot: snapshotOf(state),
  };
  for (const { name, valueIn } of allAttributes) {
    const value = valueIn(event);
    if (value !== null) item[name] = value;
  }
  if (event.version === 0) {
    item['Directory'] = 'CHARACTERS';
    item['ListedAt'] = event.recordedAt;
  }
  return item;
}

/**
 * The event in an item, whoever wrote it: the five attributes of the Go program of the series are enough.
 * A snapshot of another fold is as good as none. Throws `UnreadableItemError` for anything else, so that
 * no event is ever skipped.
 */
export function fromItem(item: StoredItem): StoredEvent {
  const event: CharacterEvent = {
    characterId: attributes.characterId.read(item),
    version: attributes.version.read(item),
    characterName: attributes.characterName.read(item),
    characterHitPoints: attributes.characterHitPoints.read(item),
    note: attributes.note.read(item),
    recordedAt: attributes.recordedAt.read(item),
    idempotencyKey: attributes.idempotencyKey.read(item),
    reverts: attributes.reverts.read(item),
    actor: attributes.actor.read(item),
    maximumHitPoints: attributes.maximumHitPoints.read(item),
    temporaryHitPoints: attributes.temporaryHitPoints.read(item),
    experience: attributes.experience.read(item),
    archived: attributes.archived.read(item),
  };
  return { event, state: snapshotState(item['Snapshot'], event) };
}

/**
 * The total of hit points in a snapshot that the Go program of the series (part 3) stored as an item of the stream;
 * `undefined` for an event. Our own events with that note have a time of recording.
 */
export function foreignTotal(item: StoredItem): number | undefined {
  return isForeignSnapshot(item) ? wholeNumber(item, attributes.characterHitPoints.name) : undefined;
}

function isForeignSnapshot({ Note, RecordedAt }: StoredItem): boolean {
  return Note === 'SNAPSHOT' && RecordedAt === undefined;
}

/** The event in an item, or why it is none, for readers that go on in either case. */
export function eventOrProblem(item: StoredItem): StoredEvent | UnreadableItemError {
  try {
    return fromItem(item);
  } catch (error) {
    if (error instanceof UnreadableItemError) return error;
    throw error;
  }
}

/**
 * Whether a stored item is this very write. Every attribute of the event has to agree: two appends may use the
 * same key, but their times of recording differ. An item without key and time, as other programs write them,
 * is never known to be the same write.
 */
export function isSameWrite(written: StoredItem, stored: StoredItem): boolean {
  return (
    written['IdempotencyKey'] !== undefined &&
    written['RecordedAt'] !== undefined &&
    allAttributes.every(({ name }) => written[name] === stored[name])
  );
}

function orNull<Value>(read: Reader<Value>): Reader<Value | null> {
  return (item, attribute) => (item[attribute] === undefined ? null : read(item, attribute));
}

function text(item: StoredItem, attribute: string): string {
  const value = item[attribute];
  if (typeof value === 'string') return value;
  throw new UnreadableItemError(item, attribute, 'a string', value);
}

/** The key of an event. The server's own keys of reverts read alike, whichever version of it stored them. */
function idempotencyKey(item: StoredItem, attribute: string): string {
  const key = text(item, attribute);
  const { Reverts } = item;
  return typeof Reverts === 'number' && key === legacyRevertKey(Reverts) ? revertKey(Reverts) : key;
}

/** The change of an event; none in a snapshot of the Go program, whose number is a total. */
function hitPointsChange(item: StoredItem, attribute: string): number {
  const value = wholeNumber(item, attribute);
  return isForeignSnapshot(item) ? 0 : value;
}

function wholeNumber(item: StoredItem, attribute: string): number {
  const value = item[attribute];
  // Adding 0 turns -0 into 0.
  if (typeof value === 'number' && Number.isInteger(value)) return value + 0;
  if (typeof value === 'bigint') return Number(value);
  throw new UnreadableItemError(item, attribute, 'a whole number', value);
}

function naturalNumber(item: StoredItem, attribute: string): number {
  const value = item[attribute];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value + 0;
  throw new UnreadableItemError(item, attribute, 'a whole number from 0', value);
}

function truth(item: StoredItem, attribute: string): boolean {
  const value = item[attribute];
  if (typeof value === 'boolean') return value;
  throw new UnreadableItemError(item, attribute, 'true or false', value);
}

const ourTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function timestamp(item: StoredItem, attribute: string): string {
  const value = item[attribute];
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
