import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Failure } from '../failure.ts';
import type { StandingFragment } from '../generated/operations.ts';
import {
  CharacterWithHistoryDocument,
  EventsAppendedDocument,
  OlderEventsDocument,
} from '../generated/operations.ts';
import type { Page } from '../page.ts';
import {
  type FollowedCharacter,
  type Line,
  loaded,
  refreshed,
  type Standing,
  withEvent,
  withOlder,
} from './history.ts';
import { type Arrival, arrived, mayBeOurs } from './news.ts';

/** The characters that were opened in this page, kept while other views are open. */
export type CharacterStore = {
  /** The character of an id, as it was left if it was opened before. */
  readonly open: (id: string) => OpenCharacter;
};

const mostKept = 20;

/**
 * No characters yet. Of those that are opened 20 are kept, and the one that was opened longest ago goes. `seen` is what
 * the page knows of a character before its history is loaded.
 */
export function createCharacterStore(
  page: Page,
  seen: (id: string) => StandingFragment | undefined,
): CharacterStore {
  /** In the order in which they were opened last. */
  const kept = new Map<string, OpenCharacter>();
  page.outbox.onStored(({ events }) => {
    for (const { characterId, line } of events) kept.get(characterId)?.take(line);
  });
  return {
    open: (id) => {
      const character = kept.get(id) ?? openCharacter(page, id, seen(id));
      kept.delete(id);
      kept.set(id, character);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return character;
    },
  };
}

/** A character as far as it is loaded, or why it is not. */
export type Shown =
  | { readonly type: 'loading' }
  /** As the party knows it, while its history is loaded, or cannot be. */
  | { readonly type: 'seen'; readonly standing: Standing; readonly failure: Failure | undefined }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'missing' }
  | { readonly type: 'loaded'; readonly character: FollowedCharacter };

/** A character that was opened in this page, live while a view follows it. */
export type OpenCharacter = {
  readonly id: string;
  readonly shown: ReadonlySignal<Shown>;
  /** What has come in since the last press here. */
  readonly arrivals: ReadonlySignal<readonly Arrival[]>;
  /** The version from which on its history is shown. */
  readonly oldestShown: Signal<number>;
  /** Follows the character until the returned function is called. */
  readonly follow: () => () => void;
  /** Loads it again; resolves to whether there was an answer. */
  readonly load: () => Promise<boolean>;
  /** Resolves to `false` if the older lines could not be loaded. */
  readonly loadOlder: () => Promise<boolean>;
  /** Takes in an event that the server has answered. */
  readonly take: (line: Line) => void;
  /** Forgets the arrivals, because the person at this page acted on what they show. */
  readonly forgetArrivals: () => void;
};

const pageSize = 50;
/** So many lines are shown at first: the rest is a press away, and what stands below stays near. */
const linesAtFirst = 15;
const nextTryMs = 3_000;
/** Events that come in a burst are drawn together. */
const burstMs = 16;

/** A character that is not loaded yet. `seen` is what the page knows of it meanwhile. */
export function openCharacter(page: Page, id: string, seen: Standing | undefined): OpenCharacter {
  const shown = signal<Shown>(
    seen === undefined ? { type: 'loading' } : { type: 'seen', standing: seen, failure: undefined },
  );
  const arrivals = signal<readonly Arrival[]>([]);
  const oldestShown = signal(0);
  let current: FollowedCharacter | undefined;
  let drawing: ReturnType<typeof setTimeout> | undefined;
  let followed = false;
  let subscribe = (): void => {};
  /** While a reload is on its way: how far it has to reach. */
  let reach: number | undefined;

  function show(character: FollowedCharacter): void {
    const before = current;
    current = character;
    if (before === undefined) oldestShown.value = Math.max(0, character.standing.version + 1 - linesAtFirst);
    const draw = (): void => {
      drawing = undefined;
      if (current !== undefined) shown.value = { type: 'loaded', character: current };
    };
    if (shown.peek().type !== 'loaded') draw();
    else if (drawing === undefined) drawing = setTimeout(draw, burstMs);
    if (before !== undefined)
      arrivals.value = arrived(arrivals.peek(), before, character, mayBeOurs(page.outbox, id));
  }

  async function load(hurried = false): Promise<boolean> {
    const answer = await page.api.query(CharacterWithHistoryDocument, { id, last: pageSize }, { hurried });
    if (answer.type === 'failed') {
      fail(answer.failure);
      return false;
    }
    const { character } = answer.data;
    switch (character?.__typename) {
      case 'Character': {
        const nothing = { nodes: [], pageInfo: { hasPreviousPage: false, startCursor: null } };
        const newest = loaded(character, character.events ?? nothing);
        show(current === undefined ? newest : refreshed(current, newest));
        break;
      }
      case 'NoEventFoundError':
        shown.value = { type: 'missing' };
        break;
      default:
        shown.value = { type: 'refused', message: character?.message ?? '' };
        return true;
    }
    subscribe();
    return true;
  }

  function fail(failure: Failure): void {
    const before = shown.peek();
    if (before.type === 'loading' || before.type === 'failed') shown.value = { type: 'failed', failure };
    if (before.type === 'seen') shown.value = { ...before, failure };
  }

  function take(line: Line): void {
    if (reach !== undefined) {
      reach = Math.max(reach, line.version);
      return;
    }
    const following = current && withEvent(current, line);
    if (following?.type === 'followed') show(following.character);
    else if (followed) void loadUpTo(line.version);
  }

  async function loadUpTo(version: number): Promise<void> {
    reach = version;
    while (followed && reach > (current?.standing.version ?? -1)) {
      const answered = await load();
      if (answered && reach <= (current?.standing.version ?? -1)) break;
      await new Promise((resolve) => setTimeout(resolve, nextTryMs));
    }
    reach = undefined;
  }

  function follow(): () => void {
    let stop: (() => void) | undefined;
    let nextTry: ReturnType<typeof setTimeout> | undefined;
    followed = true;
    // Only from the version that is loaded, so that a long history is never sent whole.
    subscribe = () => {
      stop ??= page.live.subscribe(
        EventsAppendedDocument,
        () => ({ characters: [{ characterId: id, afterVersion: current?.standing.version ?? -1 }] }),
        ({ eventsAppended }) => {
          if (eventsAppended !== null) take(eventsAppended);
        },
      );
    };
    const begin = async (): Promise<void> => {
      const answered = await load();
      if (!answered && followed) nextTry = setTimeout(begin, nextTryMs);
    };
    void begin();
    const stopCatchUp = page.live.onCatchUp(async (hurried) => {
      await load(hurried);
    });
    return () => {
      followed = false;
      subscribe = () => {};
      clearTimeout(nextTry);
      stopCatchUp();
      stop?.();
    };
  }

  async function loadOlder(): Promise<boolean> {
    const before = current?.startCursor ?? null;
    const answer = await page.api.query(OlderEventsDocument, { id, last: pageSize, before });
    const older = answer.type === 'answered' ? answer.data.characterEvents : null;
    if (older?.__typename !== 'EventConnection' || current === undefined) return false;
    show(withOlder(current, before, older));
    return true;
  }

  return {
    id,
    shown,
    arrivals,
    oldestShown,
    follow,
    load,
    loadOlder,
    take,
    forgetArrivals: () => {
      arrivals.value = [];
    },
  };
}
