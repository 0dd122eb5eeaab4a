import { type ReadonlySignal, signal } from '@preact/signals';
import type { LineFragment } from './generated/operations.ts';
import type { PageStorage } from './page-storage.ts';
import {
  type Ended,
  type KeptChange,
  type PendingChange,
  readPendingChanges,
  type Undo,
} from './pending-change.ts';
import type { Outcome } from './send-change.ts';

/** A pending change and how far it has come. */
export type Entry = { readonly change: PendingChange; readonly progress: Progress };

/** How far a pending change has come. */
export type Progress =
  /** Being sent for the first time. */
  | { readonly type: 'sending' }
  /**
   * To be sent, or being sent again. `advice` says why the last attempt failed; `attempted`: it may be stored all the
   * same.
   */
  | { readonly type: 'waiting'; readonly advice: string; readonly attempted: boolean }
  /** It has waited so long that a person has to say whether it is still meant. */
  | { readonly type: 'asked'; readonly attempted: boolean }
  | Ended
  | Saved;

/** A change that is stored. `undo` takes it back; it is undefined for a creation. */
export type Saved = {
  readonly type: 'saved';
  readonly undo: Undo | undefined;
  /** How many changes by others came between what was on the page and this change. */
  readonly others: number;
  /** The undo had been pressed before, by someone else. */
  readonly undoneBefore: boolean;
};

/** The progress of a change that was not sent yet. */
export const notSentYet: Progress = { type: 'waiting', advice: '', attempted: false };

/** The entries of an outbox. Those that are not saved are kept for the next page of this tab. */
export type Entries = {
  readonly all: ReadonlySignal<readonly Entry[]>;
  readonly find: (key: string) => Entry | undefined;
  readonly add: (entry: Entry) => void;
  /** Changes parts of the entry of this key, if it is still there. */
  readonly put: (key: string, part: Partial<Entry>) => void;
  readonly remove: (key: string) => void;
  /** Takes in what another page has kept and ended meanwhile. What waits here and is not kept is asked about. */
  readonly takeKept: () => void;
  /** Whether one waits to be sent. */
  readonly isOneWaiting: () => boolean;
};

const storageName = 'pending changes';

/** The entries that a former page left. */
export function keptEntries(storage: PageStorage): Entries {
  const all = signal<readonly Entry[]>(readPendingChanges(storage.kept(storageName)).map(leftBehind));
  const change = (next: readonly Entry[]): void => {
    all.value = next;
    const open = next.filter(({ progress }) => progress.type !== 'saved');
    storage.keep(storageName, open.length === 0 ? undefined : open.map(keptChange));
  };
  return {
    all,
    find: (key) => all.peek().find((entry) => entry.change.key === key),
    add: (entry) => change([...all.peek(), entry]),
    put: (key, part) =>
      change(all.peek().map((entry) => (entry.change.key === key ? { ...entry, ...part } : entry))),
    remove: (key) => change(all.peek().filter((entry) => entry.change.key !== key)),
    takeKept: () => {
      const kept = new Map(readPendingChanges(storage.kept(storageName)).map((each) => [each.key, each]));
      const known = all.peek();
      const keys = new Set(known.map((entry) => entry.change.key));
      const others = Array.from(kept.values()).filter(({ key }) => !keys.has(key));
      change([
        ...known.map((entry) => ({ ...entry, progress: progressAfter(entry, kept) })),
        ...others.map(leftBehind),
      ]);
    },
    isOneWaiting: () => all.peek().some(({ progress }) => progress.type === 'waiting'),
  };
}

/** The progress of a change after another page had it, as that one kept it. */
function progressAfter({ change, progress }: Entry, kept: ReadonlyMap<string, KeptChange>): Progress {
  if (progress.type !== 'waiting' && progress.type !== 'sending') return progress;
  const ended = kept.get(change.key)?.ended;
  if (ended !== undefined) return ended;
  const isMissing = progress.type === 'waiting' && !kept.has(change.key);
  return isMissing ? { type: 'asked', attempted: true } : progress;
}

/** Whether a change is still to be sent, or is on its way. */
export function isUnsent({ type }: Progress): boolean {
  return type === 'sending' || type === 'waiting' || type === 'asked';
}

function keptChange({ change, progress }: Entry): KeptChange {
  const hasEnded = progress.type === 'refused' || progress.type === 'cancelled';
  return hasEnded ? { ...change, ended: progress } : change;
}

/**
 * What a former page left may have been sent by it. Left on another day, it may not be meant any more; and what was
 * said to be not saved is not sent.
 */
function leftBehind({ ended, ...change }: KeptChange): Entry {
  const isOfToday = new Date(change.at).toDateString() === new Date().toDateString();
  const unsent: Progress = isOfToday
    ? { type: 'waiting', advice: '', attempted: true }
    : { type: 'asked', attempted: true };
  return { change, progress: ended ?? unsent };
}

/** What came of sending a change that is stored. */
export type SavedOutcome = Extract<Outcome, { readonly type: 'saved' }>;

/** The versions of the events that were stored by this page. */
export type OurVersions = ReturnType<typeof createOurVersions>;

/** None so far. */
export function createOurVersions() {
  const versions = new Map<string, Set<number>>();
  return {
    add: (id: string, version: number): void => {
      versions.set(id, (versions.get(id) ?? new Set()).add(version));
    },
    has: (id: string, version: number): boolean => versions.get(id)?.has(version) ?? false,
    areThereAfter: (id: string, version: number): boolean =>
      Array.from(versions.get(id) ?? []).some((each) => each > version),
    /** How many there are after one version and before another one. */
    between: (id: string, after: number, before: number): number =>
      Array.from(versions.get(id) ?? []).filter((each) => each > after && each < before).length,
  };
}

/** The progress of a change that was saved just now; `ours` are the versions from before it. */
export function savedProgress(
  { command }: PendingChange,
  { events }: SavedOutcome,
  didWords: (line: LineFragment, isRenaming: boolean) => string,
  ours: OurVersions,
): Saved {
  if (command.type === 'creation') return { type: 'saved', undo: undefined, others: 0, undoneBefore: false };
  const others = command.events.map(({ characterId, seenVersion }, index) => {
    const version = events[index]?.line.version ?? seenVersion + 1;
    return Math.max(0, version - seenVersion - 1 - ours.between(characterId, seenVersion, version));
  });
  const [first, ...more] = command.events.map((event, index) => {
    const { characterId, name } = event;
    const isRenaming = 'change' in event && event.change.characterName !== undefined;
    const line = events[index]?.line;
    const version = line?.version ?? 0;
    return {
      characterId,
      name,
      seenVersion: version,
      version,
      did: line === undefined ? '' : didWords(line, isRenaming),
    };
  });
  const undoneBefore =
    command.type === 'undo' &&
    events.every(
      ({ line, duplicate }, index) => duplicate && line.version <= (command.events[index]?.seenVersion ?? -1),
    );
  return {
    type: 'saved',
    undo: first === undefined ? undefined : { type: 'undo', events: [first, ...more] },
    others: others.reduce((sum, count) => sum + count, 0),
    undoneBefore,
  };
}
