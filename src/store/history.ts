import { type CharacterState, fold } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';
import { fromItem, type StoredEvent } from './event-item.ts';
import type { EventTable } from './event-table.ts';

/** An event, and a function that gives the state after it. The state is read or folded at the first call. */
export type RecordedEvent = CharacterEvent & { readonly state: () => Promise<CharacterState> };

/** A stretch of a character's history, in the order it happened. */
export type EventPage = {
  readonly characterId: string;
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
 * The character right after its newest event up to a version; `undefined` if it has none. One query of one item
 * if that item carries our snapshot; else the walk of `stateAfter`.
 */
export async function stateUpTo(
  table: EventTable,
  characterId: string,
  version: number,
  signal?: AbortSignal,
): Promise<CharacterState | undefined> {
  const [item] = await table.query(characterId, { to: version, descending: true, limit: 1 }, signal);
  return item === undefined ? undefined : stateAfter(table, fromItem(item), signal);
}

/** A stored event as readers get it, for a single event; `recordedPage` is for many. */
export function recorded(table: EventTable, stored: StoredEvent, signal?: AbortSignal): RecordedEvent {
  return { ...stored.event, state: () => stateAfter(table, stored, signal) };
}

/**
 * A page of history. It reads one event more than asked for, to know whether there is a next page. One query for
 * each megabyte.
 */
export async function eventPage(
  table: EventTable,
  characterId: string,
  request: PageRequest,
  signal?: AbortSignal,
): Promise<EventPage> {
  const { after, before } = request;
  const range = {
    ...(after === undefined ? {} : { from: after + 1 }),
    ...(before === undefined ? {} : { to: before - 1 }),
  };
  const backward = 'last' in request;
  const items = backward
    ? (
        await table.query(characterId, { ...range, descending: true, limit: request.last }, signal)
      ).toReversed()
    : await table.query(characterId, { ...range, limit: request.first + 1 }, signal);
  const wanted = backward ? items : items.slice(0, request.first);
  const oldest = wanted[0];
  return {
    characterId,
    events: recordedPage(table, wanted.map(fromItem), signal),
    hasNextPage: wanted.length < items.length || before !== undefined,
    hasPreviousPage: oldest === undefined ? after !== undefined : oldest.Version > 0,
  };
}

/**
 * Stored events as readers get them. Their versions must be adjacent, ascending: states that are not stored are
 * folded from the first event on, once for the whole page, when the first of them is asked for.
 */
export function recordedPage(
  table: EventTable,
  page: readonly StoredEvent[],
  signal?: AbortSignal,
): readonly RecordedEvent[] {
  let folded: Promise<readonly CharacterState[]> | undefined;
  const stateAt = async (index: number): Promise<CharacterState> => {
    folded ??= foldPage(table, page, signal);
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

async function foldPage(
  table: EventTable,
  page: readonly StoredEvent[],
  signal?: AbortSignal,
): Promise<readonly CharacterState[]> {
  const states: CharacterState[] = [];
  for (const stored of page) {
    const before = states.at(-1);
    states.push(
      stored.state ?? (before ? fold(before, stored.event) : await stateAfter(table, stored, signal)),
    );
  }
  return states;
}

const firstStepBack = 10;
const longestStepBack = 1_000;

/**
 * The character right after a stored event. Without a usable snapshot in its item the history is walked back to
 * the nearest one, or to its beginning, and folded from there: one query of 10 items, one of 100, then 1,000 each.
 * Where versions are missing it folds the events that exist; `verify` finds such gaps.
 */
export async function stateAfter(
  table: EventTable,
  { event, state }: StoredEvent,
  signal?: AbortSignal,
): Promise<CharacterState> {
  if (state !== undefined) return state;
  const unfolded = [event];
  let limit = firstStepBack;
  for (let oldest = event.version; oldest > 0; limit = Math.min(limit * 10, longestStepBack)) {
    const range = { to: oldest - 1, descending: true, limit };
    const items = await table.query(event.characterId, range, signal);
    for (const earlier of items.map(fromItem)) {
      if (earlier.state !== undefined) return unfolded.reduceRight(fold, earlier.state);
      unfolded.push({ ...earlier.event, note: '' });
    }
    oldest = items.length < limit ? 0 : (items.at(-1)?.Version ?? 0);
  }
  return foldAll(unfolded);
}

function foldAll(newestFirst: readonly CharacterEvent[]): CharacterState {
  const [first, ...later] = newestFirst.toReversed();
  if (first === undefined) throw new RangeError('Expected at least one event to fold, got none.');
  return later.reduce(fold, fold(undefined, first));
}
