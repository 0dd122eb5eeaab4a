import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { adviceOn, mayBeStored } from './failure.ts';
import type { LineFragment, StandingFragment } from './generated/operations.ts';
import type { PageStorage } from './page-storage.ts';
import {
  type Command,
  charactersOf,
  type Ended,
  type KeptChange,
  type PendingChange,
  randomKey,
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

/** What was stored for a command, for those who show the characters. */
export type StoredEvents = {
  readonly events: readonly { readonly characterId: string; readonly line: LineFragment }[];
  readonly characters: readonly StandingFragment[];
};

/** The pending changes of the whole page, sent one after the other, those of a character in their order. */
export type Outbox = {
  /** In the order they were pressed. What is saved stays for 20 s. */
  readonly entries: ReadonlySignal<readonly Entry[]>;
  /** How many are still to be sent: see `isUnsent`. */
  readonly unsent: ReadonlySignal<number>;
  /** Keeps a command and sends it. */
  readonly press: (command: Command) => void;
  /** Sends what waits now, and not only after its pause. */
  readonly sendNow: () => void;
  /** Forgets a change that is not saved, or the words about one that is. */
  readonly forget: (key: string) => void;
  /** Sends a change that waits no more. Where it was sent before, so that it may be stored, it stays to say so. */
  readonly cancel: (key: string) => void;
  /** Sends a change that was asked about. */
  readonly confirm: (key: string) => void;
  /** Whether an event was stored by this page. */
  readonly isOurs: (characterId: string, version: number) => boolean;
  /** Whether a change of the character is being sent, so that its event may come in before its answer. */
  readonly isSending: (characterId: string) => boolean;
  /** Calls `listener` with what is stored, until the returned function is called. */
  readonly onStored: (listener: (stored: StoredEvents) => void) => () => void;
};

/** What an outbox works with. */
export type OutboxParts = {
  readonly storage: PageStorage;
  /** Sends a change for the first time. It must not reject. */
  readonly sendFirst: (change: PendingChange) => Promise<Outcome>;
  /** Sends a change that was sent before, by this page or by one before a reload. It must not reject. */
  readonly sendAgain: (change: PendingChange) => Promise<Outcome>;
  /** The creation under other ids. */
  readonly withOtherIds: (command: Extract<Command, { readonly type: 'creation' }>) => Command;
  /** The words for an event, for its undo. */
  readonly didWords: (line: LineFragment) => string;
};

const storageName = 'pending changes';
const longestWaitMs = 10 * 60_000;
const shownMs = 20_000;
const firstPauseMs = 1_000;
const longestPauseMs = 8_000;

/** An outbox that begins with what a former page of this tab left unanswered, and sends it again. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { storage } = parts;
  const entries = signal<readonly Entry[]>(readPendingChanges(storage.kept(storageName)).map(leftBehind));
  const listeners = new Set<(stored: StoredEvents) => void>();
  const ourVersions = new Map<string, Set<number>>();
  /** The change whose answer is awaited. */
  const sent = signal<PendingChange | undefined>(undefined);
  let sending = false;
  let nextRound: ReturnType<typeof setTimeout> | undefined;
  let failedRounds = 0;

  function change(next: readonly Entry[]): void {
    entries.value = next;
    const open = next.filter(({ progress }) => progress.type !== 'saved');
    storage.keep(storageName, open.length === 0 ? undefined : open.map(keptChange));
  }

  function put(key: string, entry: Partial<Entry>): void {
    change(entries.peek().map((other) => (other.change.key === key ? { ...other, ...entry } : other)));
  }

  function find(key: string): Entry | undefined {
    return entries.peek().find(({ change: { key: other } }) => other === key);
  }

  function remove(key: string): void {
    change(entries.peek().filter((entry) => entry.change.key !== key));
  }

  /** One round sends everything that waits; what failed waits for the next one. */
  async function begin(): Promise<void> {
    clearTimeout(nextRound);
    if (sending) return;
    sending = true;
    let allAnswered = false;
    try {
      allAnswered = await sendRound();
    } finally {
      sending = false;
      if (entries.peek().some(({ progress }) => progress.type === 'waiting')) {
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failedRounds);
        failedRounds += 1;
        nextRound = setTimeout(() => void begin(), allAnswered ? 0 : pauseMs * (0.5 + Math.random() / 2));
      }
    }
  }

  /** Of a character, nothing is sent past a change that failed. Resolves to whether none did. */
  async function sendRound(): Promise<boolean> {
    const failed = new Set<string>();
    for (;;) {
      const next = entries
        .peek()
        .find(
          ({ change: { command }, progress }) =>
            progress.type === 'waiting' && !charactersOf(command).some((id) => failed.has(id)),
        );
      if (next === undefined) return failed.size === 0;
      const answered = await sendOne(next);
      if (!answered) for (const id of charactersOf(next.change.command)) failed.add(id);
    }
  }

  /** Resolves to `false` if the change waits on. */
  async function sendOne({ change: pending, progress }: Entry): Promise<boolean> {
    const { key } = pending;
    const attempted = progress.type === 'waiting' && progress.attempted;
    // A clock that was set back tells as little of how long it has waited.
    if (Math.abs(Date.now() - pending.at) > longestWaitMs) {
      put(key, { progress: { type: 'asked', attempted } });
      return true;
    }
    if (progress.type === 'waiting' && progress.advice === '' && !attempted) {
      put(key, { progress: { type: 'sending' } });
    }
    sent.value = pending;
    const outcome = await outcomeOf(pending, attempted);
    sent.value = undefined;
    const isCancelled = find(key)?.progress.type === 'cancelled';
    switch (outcome.type) {
      case 'saved':
        save(pending, outcome);
        return true;
      case 'taken':
        return isCancelled || moved(pending);
      case 'refused':
        put(key, { progress: outcome });
        return true;
      case 'failed': {
        if (isCancelled) return true;
        const { failure } = outcome;
        const waiting = { type: 'waiting', advice: adviceOn(failure) } as const;
        put(key, { progress: { ...waiting, attempted: attempted || mayBeStored(failure) } });
        return false;
      }
    }
  }

  /** A bug in sending one change must not keep the others from being sent. */
  async function outcomeOf(pending: PendingChange, attempted: boolean): Promise<Outcome> {
    try {
      return await (attempted ? parts.sendAgain(pending) : parts.sendFirst(pending));
    } catch (error) {
      return { type: 'refused', advice: `Something went wrong in this page: ${String(error)}` };
    }
  }

  function moved(pending: PendingChange): boolean {
    const { key, command } = pending;
    if (command.type !== 'creation' || !command.anyId) {
      put(key, { progress: { type: 'refused', advice: 'Someone else has created it meanwhile.' } });
      return true;
    }
    const waiting = { type: 'waiting', advice: '', attempted: false } as const;
    put(key, { change: { ...pending, command: parts.withOtherIds(command) }, progress: waiting });
    return true;
  }

  function save(pending: PendingChange, outcome: Extract<Outcome, { readonly type: 'saved' }>): void {
    failedRounds = 0;
    const ids = charactersOf(pending.command);
    const events = outcome.events.map(({ line }, index) => ({ characterId: ids[index] ?? '', line }));
    const progress = savedProgress(pending, outcome, parts.didWords, ourVersions);
    for (const { characterId, line } of events) {
      const versions = ourVersions.get(characterId) ?? new Set<number>();
      ourVersions.set(characterId, versions.add(line.version));
    }
    put(pending.key, { progress });
    setTimeout(() => remove(pending.key), shownMs);
    for (const listener of listeners) listener({ events, characters: outcome.characters });
  }

  if (entries.peek().length > 0) void begin();

  return {
    entries,
    unsent: computed(() => entries.value.filter(({ progress }) => isUnsent(progress)).length),
    press: (command) => {
      const waiting = { type: 'waiting', advice: '', attempted: false } as const;
      change([
        ...entries.peek(),
        { change: { key: randomKey(), at: Date.now(), command }, progress: waiting },
      ]);
      void begin();
    },
    sendNow: () => {
      failedRounds = 0;
      if (entries.peek().some(({ progress }) => progress.type === 'waiting')) void begin();
    },
    forget: remove,
    cancel: (key) => {
      const progress = find(key)?.progress;
      if (progress?.type !== 'waiting') return;
      if (progress.attempted || sent.peek()?.key === key) put(key, { progress: { type: 'cancelled' } });
      else remove(key);
    },
    confirm: (key) => {
      const entry = find(key);
      if (entry?.progress.type !== 'asked') return;
      const { attempted } = entry.progress;
      put(key, {
        change: { ...entry.change, at: Date.now() },
        progress: { type: 'waiting', advice: '', attempted },
      });
      void begin();
    },
    isOurs: (characterId, version) => ourVersions.get(characterId)?.has(version) ?? false,
    isSending: (characterId) =>
      sent.value !== undefined && charactersOf(sent.value.command).includes(characterId),
    onStored: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
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
  const sameDay = new Date(change.at).toDateString() === new Date().toDateString();
  const unsent: Progress = sameDay
    ? { type: 'waiting', advice: '', attempted: true }
    : { type: 'asked', attempted: true };
  return { change, progress: ended ?? unsent };
}

function savedProgress(
  { command }: PendingChange,
  { events }: Extract<Outcome, { readonly type: 'saved' }>,
  didWords: OutboxParts['didWords'],
  ourVersions: ReadonlyMap<string, ReadonlySet<number>>,
): Saved {
  if (command.type === 'creation') return { type: 'saved', undo: undefined, others: 0, undoneBefore: false };
  const others = command.events.map(({ characterId, seenVersion }, index) => {
    const version = events[index]?.line.version ?? seenVersion + 1;
    const ours = Array.from(ourVersions.get(characterId) ?? []);
    const between = ours.filter((each) => each > seenVersion && each < version).length;
    return Math.max(0, version - seenVersion - 1 - between);
  });
  const [first, ...more] = command.events.map(({ characterId, name }, index) => {
    const line = events[index]?.line;
    const version = line?.version ?? 0;
    return {
      characterId,
      name,
      seenVersion: version,
      version,
      did: line === undefined ? '' : didWords(line),
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
