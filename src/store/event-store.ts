import type { CharacterState } from '../character/character.ts';
import type { NewEvent } from '../character/event.ts';
import { type AppendDependencies, type AppendOutcome, append } from './append.ts';
import { type EventPage, eventPage, type PageRequest, stateUpTo } from './history.ts';
import { createStateCache } from './state-cache.ts';

/** A past state, or what is missing. */
export type StateAtOutcome =
  | { readonly type: 'state'; readonly state: CharacterState }
  | { readonly type: 'no_such_character' }
  /** The character exists and has no event of that version. */
  | { readonly type: 'no_such_version' };

/** The characters' events: the rules of appending and reading, over any engine. */
export type EventStore = {
  /** Appends one event; see `append` for what it costs and promises. */
  readonly append: (event: NewEvent) => Promise<AppendOutcome>;
  /** The character now; `undefined` if nothing happened to it yet. One read. */
  readonly character: (characterId: string) => Promise<CharacterState | undefined>;
  /** The character right after one of its events. One read. */
  readonly characterAt: (characterId: string, version: number) => Promise<StateAtOutcome>;
  /** A page of a character's history; `undefined` if the character has none. */
  readonly events: (characterId: string, page: PageRequest) => Promise<EventPage | undefined>;
};

/** What an event store is made of. */
export type EventStoreDependencies = Omit<AppendDependencies, 'cache'> & {
  /** For how many characters the latest state is remembered. */
  readonly rememberedCharacters: number;
};

/** The event store over a table. */
export function createEventStore({ rememberedCharacters, ...others }: EventStoreDependencies): EventStore {
  const { table } = others;
  const cache = createStateCache(rememberedCharacters);

  async function character(characterId: string): Promise<CharacterState | undefined> {
    const state = await stateUpTo(table, characterId);
    if (state !== undefined) cache.advance(state);
    return state;
  }

  return {
    append: (event) => append({ ...others, cache }, event),
    character,
    characterAt: async (characterId, version) => {
      const state = await stateUpTo(table, characterId, version);
      if (state === undefined) return { type: 'no_such_character' };
      return state.version === version ? { type: 'state', state } : { type: 'no_such_version' };
    },
    events: async (characterId, request) => {
      const page = await eventPage(table, characterId, request);
      if (page.events.length > 0) return page;
      return (await character(characterId)) === undefined ? undefined : page;
    },
  };
}
