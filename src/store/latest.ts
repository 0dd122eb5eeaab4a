import type { CharacterState } from '../character/character.ts';
import { fromItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { type HeadCache, idempotencyWindow, type KnownCharacter, known, knowsKeys } from './head-cache.ts';
import { stateAfter } from './history.ts';

/** What a writer takes for a character's latest state. What is only remembered may be behind. */
export type Latest = {
  /** `undefined` if the character has no events. */
  readonly known: KnownCharacter | undefined;
  /** Read for this very append. */
  readonly fresh: boolean;
};

/** The version that comes next. */
export function nextVersion({ known }: Latest): number {
  return known === undefined ? 0 : known.state.version + 1;
}

/** What is remembered of a character, if that is enough: an append with a key has to know the others' keys. */
export function remembered(memory: HeadCache, characterId: string, withKeys: boolean): Latest | undefined {
  const character = memory.get(characterId);
  return character === undefined || (withKeys && !knowsKeys(character))
    ? undefined
    : { known: character, fresh: false };
}

/** What the table says of a character; one query, of one item or, with keys, of the newest 100. */
export async function lookUp(
  table: EventTable,
  memory: HeadCache,
  characterId: string,
  withKeys: boolean,
  signal?: AbortSignal,
): Promise<Latest> {
  const limit = withKeys ? idempotencyWindow : 1;
  const items = await table.query(characterId, { descending: true, limit }, signal);
  const events = items.map(fromItem);
  const [newest] = events;
  if (newest === undefined) {
    memory.drop(characterId);
    return { known: undefined, fresh: true };
  }
  const state: CharacterState = await stateAfter(table, newest, signal);
  const keysSince = events.length < limit ? 0 : (events.at(-1)?.event.version ?? 0);
  const character = known(
    state,
    events.map(({ event }) => event),
    keysSince,
  );
  memory.keep(character);
  return { known: character, fresh: true };
}
