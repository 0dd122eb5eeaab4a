import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Failure, unreachable } from '../failure.ts';
import { PartyDocument, type StandingFragment as Standing } from '../generated/operations.ts';
import { type Numbered, numbered, shownName } from '../names.ts';
import type { Page } from '../page.ts';
import { followParty, type PartyFollowing } from './party-following.ts';
import {
  type Continuation,
  extended,
  joined,
  type PartyList,
  type PartyPage,
  present,
  reloaded,
} from './party-list.ts';

/** The party as it is loaded, or why it is not. */
export type Party =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'loaded'; readonly list: PartyList };

/** The party of the page, kept while other views are open. */
export type PartyStore = {
  readonly party: ReadonlySignal<Party>;
  /** The names that characters are shown under, by their ids: those of one name have numbers. */
  readonly names: ReadonlySignal<ReadonlyMap<string, string>>;
  /**
   * Loads the party, at once and until the returned function is called again and again as the connection asks for it.
   * From the first call on it is followed live for as long as the page is open.
   */
  readonly open: () => () => void;
  /** Tries to load it now. */
  readonly retry: () => void;
  /** Loads the next page of those that are here or put away. Resolves to `false` if it could not be loaded. */
  readonly loadMore: (which: 'here' | 'away') => Promise<boolean>;
  /** A character as it was last seen here. */
  readonly standingOf: (id: string) => Standing | undefined;
};

const pageSize = 100;
/** More pages than this are not loaded until they are asked for. */
const pagesByItself = 2;
const nextTryMs = 3_000;
/** What is created while a subscription is on its way is in no answer; a load after this time has it. */
const settleMs = 1_000;
/** A load that began so short a time ago does for another one. */
const sameLoadMs = 1_000;

/** An empty party, which is loaded once a view opens it. */
export function createPartyStore(page: Page): PartyStore {
  const list = signal<PartyList | undefined>(undefined);
  const failure = signal<Failure | undefined>(undefined);
  let views = 0;
  let following: PartyFollowing | undefined;

  const show = (next: PartyList): void => {
    list.value = next;
    following?.follow(next.characters.map(({ id }) => id));
  };
  const join = (standing: Standing): void => {
    const known = list.peek();
    if (known !== undefined) show(joined(known, standing));
  };
  const standingOf = (id: string): Standing | undefined =>
    list.peek()?.characters.find((standing) => standing.id === id);
  const pages = createPages(page, { list, failure, show, isWanted: () => views > 0 });

  page.outbox.onStored(({ characters }) => {
    for (const standing of characters) join(standing);
  });
  page.live.onCatchUp(async (hurried) => {
    if (views > 0) await pages.load(hurried);
  });

  return {
    party: computed(() => partyOf(list.value, failure.value)),
    names: shownNames(list),
    open: () => {
      views += 1;
      failure.value = undefined;
      const settle = (): void => pages.loadLater(settleMs);
      following ??= followParty(page.live, { standingOf, moved: join, began: settle, unclear: settle });
      void pages.load(false);
      return () => {
        views -= 1;
      };
    },
    retry: () => void pages.load(true),
    loadMore: pages.loadMore,
    standingOf,
  };
}

/** What loads pages of the party: where it takes them to, and whether a view waits for them. */
type PagesOf = {
  readonly list: ReadonlySignal<PartyList | undefined>;
  readonly failure: Signal<Failure | undefined>;
  readonly show: (list: PartyList) => void;
  readonly isWanted: () => boolean;
};

function createPages(page: Page, { list, failure, show, isWanted }: PagesOf) {
  let later: ReturnType<typeof setTimeout> | undefined;
  let latest = { beganAt: Number.NEGATIVE_INFINITY, done: Promise.resolve() };

  function load(hurried: boolean): Promise<void> {
    if (performance.now() - latest.beganAt > sameLoadMs) {
      latest = { beganAt: performance.now(), done: loadFirst(hurried) };
    }
    return latest.done;
  }

  async function loadFirst(hurried: boolean): Promise<void> {
    const asked = list.peek();
    const answer = await askFor(page, undefined, false, hurried);
    if (!('nodes' in answer)) {
      failure.value = answer;
      loadLater(nextTryMs);
      return;
    }
    failure.value = undefined;
    show(reloaded(list.peek(), answer, asked));
    for (let pages = 1; pages < pagesByItself && isShort(list.peek(), pages); pages += 1) {
      await loadMore('here');
    }
  }

  async function loadMore(which: 'here' | 'away'): Promise<boolean> {
    const answer = await askFor(page, list.peek()?.[which], which === 'away', false);
    const known = list.peek();
    if (!('nodes' in answer) || known === undefined) return false;
    show(extended(known, answer, which));
    return true;
  }

  /** While another view is open the party waits: it is loaded as it is opened. */
  function loadLater(ms: number): void {
    clearTimeout(later);
    later = setTimeout(() => {
      if (isWanted()) void load(false);
    }, ms);
  }

  return { load, loadMore, loadLater };
}

async function askFor(
  { api }: Page,
  from: Continuation | undefined,
  archived: boolean,
  hurried: boolean,
): Promise<PartyPage | Failure> {
  const variables = { first: pageSize, after: from?.endCursor ?? null, archived };
  const answer = await api.query(PartyDocument, variables, { hurried });
  if (answer.type === 'failed') return answer.failure;
  return answer.data.characters ?? unreachable;
}

function isShort(list: PartyList | undefined, pages: number): boolean {
  return list?.here.hasMore === true && present(list).length <= pages * pageSize;
}

function partyOf(list: PartyList | undefined, failure: Failure | undefined): Party {
  if (list !== undefined) return { type: 'loaded', list };
  return failure === undefined ? { type: 'loading' } : { type: 'failed', failure };
}

/** Whoever was given a number keeps it for as long as the page is open. */
function shownNames(
  list: ReadonlySignal<PartyList | undefined>,
): ReadonlySignal<ReadonlyMap<string, string>> {
  let numbers: ReadonlyMap<string, Numbered> = new Map();
  return computed(() => {
    const named = (list.value?.characters ?? []).map((each) => ({ id: each.id, name: shownName(each) }));
    numbers = numbered(named, numbers);
    return new Map(
      named.map(({ id, name }) => {
        const number = numbers.get(id)?.number;
        return [id, number === undefined ? name : `${name} ${number}`];
      }),
    );
  });
}
