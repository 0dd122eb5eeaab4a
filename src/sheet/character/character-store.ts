import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Failure } from '../failure.ts';
import {
  CharacterWithHistoryDocument,
  EventsAppendedDocument,
  OlderEventsDocument,
  type StandingFragment,
} from '../generated/operations.ts';
import type { LiveConnection } from '../live-connection.ts';
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
  page.outbox.onStored(({ events, characters }) => {
    for (const standing of characters) kept.get(standing.id)?.see(standing);
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
  /** Takes in where it stands, which is all that is shown until its history is loaded. */
  readonly see: (standing: Standing) => void;
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
function openCharacter(page: Page, id: string, seen: Standing | undefined): OpenCharacter {
  const display = createDisplay(seen, () => mayBeOurs(page.outbox, id));
  const version = (): number => display.character()?.standing.version ?? -1;
  let subscribe = (): void => {};
  let isFollowed = false;
  /** While a reload is on its way: how far it has to reach. */
  let reach: number | undefined;

  async function load(hurried = false): Promise<boolean> {
    const answer = await askFor(page, id, hurried);
    display.answer(answer);
    if (answer.type === 'loaded' || answer.type === 'missing') subscribe();
    return answer.type !== 'failed';
  }

  function take(line: Line): void {
    if (reach !== undefined) {
      reach = Math.max(reach, line.version);
      return;
    }
    const character = display.character();
    const following = character && withEvent(character, line);
    if (following?.type === 'followed') display.show(following.character);
    else if (isFollowed) void loadUpTo(line.version);
  }

  async function loadUpTo(wanted: number): Promise<void> {
    reach = wanted;
    while (isFollowed && reach > version()) {
      const answered = await load();
      if (answered && reach <= version()) break;
      await new Promise((resolve) => setTimeout(resolve, nextTryMs));
    }
    reach = undefined;
  }

  return {
    id,
    ...display.signals,
    follow: () => {
      isFollowed = true;
      const live = followLive(page.live, id, { version, take, load });
      subscribe = live.subscribe;
      return () => {
        isFollowed = false;
        subscribe = () => {};
        live.stop();
      };
    },
    load,
    loadOlder: () => loadOlder(page, id, display),
    take,
    see: display.see,
    forgetArrivals: () => {
      display.signals.arrivals.value = [];
    },
  };
}

type Display = ReturnType<typeof createDisplay>;

/** What is shown of a character, and what came in meanwhile. `areUndecided`: whether what comes in now may be ours. */
function createDisplay(seen: Standing | undefined, areUndecided: () => boolean) {
  const shown = signal<Shown>(
    seen === undefined ? { type: 'loading' } : { type: 'seen', standing: seen, failure: undefined },
  );
  const arrivals = signal<readonly Arrival[]>([]);
  const oldestShown = signal(0);
  let current: FollowedCharacter | undefined;
  let drawing: ReturnType<typeof setTimeout> | undefined;

  function draw(): void {
    drawing = undefined;
    if (current !== undefined) shown.value = { type: 'loaded', character: current };
  }

  function show(character: FollowedCharacter): void {
    const before = current;
    current = character;
    if (before === undefined) oldestShown.value = Math.max(0, character.standing.version + 1 - linesAtFirst);
    if (shown.peek().type !== 'loaded') draw();
    else if (drawing === undefined) drawing = setTimeout(draw, burstMs);
    if (before !== undefined) {
      arrivals.value = arrived(arrivals.peek(), before, character, areUndecided());
    }
  }

  function fail(failure: Failure): void {
    const before = shown.peek();
    if (before.type === 'loading' || before.type === 'failed') shown.value = { type: 'failed', failure };
    if (before.type === 'seen') shown.value = { ...before, failure };
  }

  function see(standing: Standing): void {
    const before = shown.peek();
    if (before.type === 'seen' && before.standing.version < standing.version) {
      shown.value = { ...before, standing };
    }
  }

  return {
    signals: { shown, arrivals, oldestShown },
    character: () => current,
    show,
    see,
    /** Shows what the server has answered. Without an answer, what is shown stays. */
    answer: (answer: LoadAnswer): void => {
      if (answer.type === 'failed') fail(answer.failure);
      else if (answer.type !== 'loaded') shown.value = answer;
      else show(current === undefined ? answer.character : refreshed(current, answer.character));
    },
  };
}

type LoadAnswer = Exclude<Shown, { readonly type: 'loading' | 'seen' }>;

async function askFor({ api }: Page, id: string, hurried: boolean): Promise<LoadAnswer> {
  const answer = await api.query(CharacterWithHistoryDocument, { id, last: pageSize }, { hurried });
  if (answer.type === 'failed') return answer;
  const { character } = answer.data;
  switch (character?.__typename) {
    case 'Character': {
      const nothing = { nodes: [], pageInfo: { hasPreviousPage: false, startCursor: null } };
      return { type: 'loaded', character: loaded(character, character.events ?? nothing) };
    }
    case 'NoEventFoundError':
      return { type: 'missing' };
    default:
      return { type: 'refused', message: character?.message ?? '' };
  }
}

async function loadOlder({ api }: Page, id: string, display: Display): Promise<boolean> {
  const before = display.character()?.startCursor ?? null;
  const answer = await api.query(OlderEventsDocument, { id, last: pageSize, before });
  const older = answer.type === 'answered' ? answer.data.characterEvents : null;
  const character = display.character();
  if (older?.__typename !== 'EventConnection' || character === undefined) return false;
  display.show(withOlder(character, before, older));
  return true;
}

/** What is followed of a character: how far it is loaded, and where its events and loads go. */
type Followed = {
  readonly version: () => number;
  readonly take: (line: Line) => void;
  /** Resolves to whether there was an answer. */
  readonly load: (hurried?: boolean) => Promise<boolean>;
};

/** Loads a character until there is an answer, and at each catch-up. Its events come once `subscribe` is called. */
function followLive(live: LiveConnection, id: string, { version, take, load }: Followed) {
  let stopEvents: (() => void) | undefined;
  let nextTry: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const begin = async (): Promise<void> => {
    const answered = await load();
    if (!answered && !isStopped) nextTry = setTimeout(begin, nextTryMs);
  };
  void begin();
  const stopCatchUp = live.onCatchUp(async (hurried) => {
    await load(hurried);
  });
  return {
    /** Only from the version that is loaded, so that a long history is never sent whole. */
    subscribe: (): void => {
      stopEvents ??= live.subscribe(
        EventsAppendedDocument,
        () => ({ characters: [{ characterId: id, afterVersion: version() }] }),
        ({ eventsAppended }) => {
          if (eventsAppended !== null) take(eventsAppended);
        },
      );
    },
    stop: (): void => {
      isStopped = true;
      clearTimeout(nextTry);
      stopCatchUp();
      stopEvents?.();
    },
  };
}
