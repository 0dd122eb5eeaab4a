import { type CharacterState, fold } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';
import { fromItem, type StoredEvent } from './event-item.ts';
import type { EventTable } from './event-table.ts';

/** An event with the state after it, which is folded only when somebody asks. */
export type RecordedEvent = CharacterEvent & { readonly state: () => Promise<CharacterState> };

/** A stretch of a character's history, in the order it happened. */
export type EventPage = {
  readonly events: readonly RecordedEvent[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
};

/** Which stretch: the `first` events of the range between two versions, or its `last`; both ends excluded. */
export type PageRequest = { readonly after?: number | undefined; readonly before?: number | undefined } & (
  | { readonly first: number }
  | { readonly last: number }
);

/**
 * The character right after its newest event up to a version, or the newest of all; `undefined` if it has
 * none. One read of one item if that item carries our snapshot.
 */
export async function stateUpTo(
  table: EventTable,
  characterId: string,
  version?: number,
): Promise<CharacterState | undefined> {
  const newest = { descending: true, limit: 1, ...(version === undefined ? {} : { to: version }) };
  const [item] = await table.query(characterId, newest);
  return item === undefined ? undefined : stateAfter(table, fromItem(item));
}

/** One event, or `undefined` if that version is free. One read. */
export async function storedEvent(
  table: EventTable,
  characterId: string,
  version: number,
): Promise<StoredEvent | undefined> {
  const [item] = await table.query(characterId, { from: version, to: version, limit: 1 });
  return item === undefined ? undefined : fromItem(item);
}

/** A stored event as readers get it, for events that come one at a time. */
export function recorded(table: EventTable, stored: StoredEvent): RecordedEvent {
  return { ...stored.event, state: () => stateAfter(table, stored) };
}

/**
 * A page of history; it reads one event more than asked for, to know whether there is a next page.
 * Costs one call of the engine for each megabyte.
 */
export async function eventPage(
  table: EventTable,
  characterId: string,
  request: PageRequest,
): Promise<EventPage> {
  const { after, before } = request;
  const range = {
    ...(after === undefined ? {} : { from: after + 1 }),
    ...(before === undefined ? {} : { to: before - 1 }),
  };
  const backward = 'last' in request;
  const items = backward
    ? (await table.query(characterId, { ...range, descending: true, limit: request.last })).toReversed()
    : await table.query(characterId, { ...range, limit: request.first + 1 });
  const wanted = backward ? items : items.slice(0, request.first);
  const oldest = wanted[0];
  return {
    events: recordedPage(table, wanted.map(fromItem)),
    hasNextPage: wanted.length < items.length || before !== undefined,
    hasPreviousPage: oldest === undefined ? after !== undefined : oldest.Version > 0,
  };
}

// All states of a page are folded in one go, from one base, when the first one that is not stored is asked for.
function recordedPage(table: EventTable, page: readonly StoredEvent[]): readonly RecordedEvent[] {
  let folded: Promise<readonly CharacterState[]> | undefined;
  const stateAt = async (index: number): Promise<CharacterState> => {
    folded ??= foldPage(table, page);
    const state = (await folded)[index];
    if (state === undefined)
      throw new RangeError(`Expected a place in a page of ${page.length} events, got ${index}.`);
    return state;
  };
  return page.map(({ event, state }, index) => ({
    ...event,
    state: () => (state === undefined ? stateAt(index) : Promise.resolve(state)),
  }));
}

async function foldPage(table: EventTable, page: readonly StoredEvent[]): Promise<readonly CharacterState[]> {
  const states: CharacterState[] = [];
  for (const stored of page) {
    const before = states.at(-1);
    states.push(stored.state ?? (before ? fold(before, stored.event) : await stateAfter(table, stored)));
  }
  return states;
}

const walkBackLimit = 1_000;

async function stateAfter(table: EventTable, { event, state }: StoredEvent): Promise<CharacterState> {
  if (state !== undefined) return state;
  const unfolded = [event];
  for (let oldest = event.version; oldest > 0; ) {
    const range = { to: oldest - 1, descending: true, limit: walkBackLimit };
    const items = await table.query(event.characterId, range);
    for (const earlier of items.map(fromItem)) {
      if (earlier.state !== undefined) return unfolded.reduceRight(fold, earlier.state);
      unfolded.push({ ...earlier.event, note: '' });
    }
    oldest = items.length < walkBackLimit ? 0 : (items.at(-1)?.Version ?? 0);
  }
  return foldAll(unfolded);
}

function foldAll(newestFirst: readonly CharacterEvent[]): CharacterState {
  const [first, ...later] = newestFirst.toReversed();
  if (first === undefined) throw new RangeError('Expected at least one event to fold, got none.');
  return later.reduce(fold, fold(undefined, first));
}
