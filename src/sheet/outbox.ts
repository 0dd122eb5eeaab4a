import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { adviceOn, mayBeStored } from './failure.ts';
import type { LineFragment, StandingFragment } from './generated/operations.ts';
import {
  createOurVersions,
  type Entries,
  type Entry,
  isUnsent,
  keptEntries,
  notSentYet,
  type SavedOutcome,
  savedProgress,
} from './outbox-entry.ts';
import type { PageStorage } from './page-storage.ts';
import { type Command, charactersOf, type PendingChange, randomKey } from './pending-change.ts';
import type { Outcome } from './send-change.ts';

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
  /**
   * For a page that the browser had put aside while another one of the same tab was shown: what that one left is sent,
   * and what it sent or cancelled is not sent unasked.
   */
  readonly comeBack: () => void;
  /**
   * Whether a change of the character is still to be sent, or is on its way; or was stored after the version that is
   * shown, where that is given.
   */
  readonly isWaitingFor: (characterId: string, shownVersion?: number) => boolean;
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
  /** The creation of this key under other ids: the same whenever and by whichever tab it is asked for. */
  readonly withOtherIds: (command: Extract<Command, { readonly type: 'creation' }>, key: string) => Command;
  /** The words for an event, which may have given a new name, for its undo. */
  readonly didWords: (line: LineFragment, isRenaming: boolean) => string;
};

const longestWaitMs = 10 * 60_000;
const shownMs = 20_000;
const firstPauseMs = 1_000;
const longestPauseMs = 8_000;

/** An outbox that begins with what a former page of this tab left unanswered, and sends it again. */
export function createOutbox(parts: OutboxParts): Outbox {
  const entries = keptEntries(parts.storage);
  const ours = createOurVersions();
  const listeners = new Set<(stored: StoredEvents) => void>();
  const sender = createSender(parts, entries, (pending, outcome) => {
    rounds.succeeded();
    const ids = charactersOf(pending.command);
    const events = outcome.events.map(({ line }, index) => ({ characterId: ids[index] ?? '', line }));
    const progress = savedProgress(pending, outcome, parts.didWords, ours);
    for (const { characterId, line } of events) ours.add(characterId, line.version);
    entries.put(pending.key, { progress });
    setTimeout(() => entries.remove(pending.key), shownMs);
    for (const listener of listeners) listener({ events, characters: outcome.characters });
  });
  const rounds = createRounds(sender.sendAll, entries.isOneWaiting);
  if (entries.all.peek().length > 0) rounds.begin();

  return {
    entries: entries.all,
    unsent: computed(() => entries.all.value.filter(({ progress }) => isUnsent(progress)).length),
    press: (command) => {
      entries.add({ change: { key: randomKey(), at: Date.now(), command }, progress: notSentYet });
      rounds.begin();
    },
    sendNow: () => {
      rounds.succeeded();
      if (entries.isOneWaiting()) rounds.begin();
    },
    forget: entries.remove,
    cancel: (key) => {
      const progress = entries.find(key)?.progress;
      if (progress?.type !== 'waiting') return;
      const mayBeSent = progress.attempted || sender.sent.peek()?.key === key;
      if (mayBeSent) entries.put(key, { progress: { type: 'cancelled' } });
      else entries.remove(key);
    },
    confirm: (key) => {
      const entry = entries.find(key);
      if (entry?.progress.type !== 'asked') return;
      const { attempted } = entry.progress;
      const progress = { type: 'waiting', advice: '', attempted } as const;
      entries.put(key, { change: { ...entry.change, at: Date.now() }, progress });
      rounds.begin();
    },
    comeBack: () => {
      entries.takeKept();
      if (entries.isOneWaiting()) rounds.begin();
    },
    isWaitingFor: (characterId, shownVersion) =>
      entries.all.peek().some(({ change, progress }) => isUnsent(progress) && isAbout(change, characterId)) ||
      (shownVersion !== undefined && ours.areThereAfter(characterId, shownVersion)),
    isOurs: ours.has,
    isSending: (characterId) => isAbout(sender.sent.value, characterId),
    onStored: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isAbout(change: PendingChange | undefined, characterId: string): boolean {
  return change !== undefined && charactersOf(change.command).includes(characterId);
}

/**
 * Sends in rounds: `sendAll` sends everything that waits, and resolves to whether all of it was answered. What failed
 * waits for the next round, after a pause that grows until `succeeded` is called.
 */
function createRounds(sendAll: () => Promise<boolean>, isOneWaiting: () => boolean) {
  let isSending = false;
  let next: ReturnType<typeof setTimeout> | undefined;
  let failedRounds = 0;

  async function begin(): Promise<void> {
    clearTimeout(next);
    if (isSending) return;
    isSending = true;
    let allAnswered = false;
    try {
      allAnswered = await sendAll();
    } finally {
      isSending = false;
      if (isOneWaiting()) {
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** failedRounds);
        failedRounds += 1;
        next = setTimeout(() => void begin(), allAnswered ? 0 : pauseMs * (0.5 + Math.random() / 2));
      }
    }
  }

  return {
    begin: (): void => void begin(),
    succeeded: (): void => {
      failedRounds = 0;
    },
  };
}

/** Sends entries one after the other, and puts into them what came of it. `save` takes what is stored. */
function createSender(
  parts: OutboxParts,
  entries: Entries,
  save: (pending: PendingChange, outcome: SavedOutcome) => void,
) {
  /** The change whose answer is awaited. */
  const sent = signal<PendingChange | undefined>(undefined);

  /** Of a character, nothing is sent past a change that failed. Resolves to whether none did. */
  async function sendAll(): Promise<boolean> {
    const failed = new Set<string>();
    for (;;) {
      const next = entries.all
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
      entries.put(key, { progress: { type: 'asked', attempted } });
      return true;
    }
    if (progress.type === 'waiting' && progress.advice === '' && !attempted) {
      entries.put(key, { progress: { type: 'sending' } });
    }
    sent.value = pending;
    const outcome = await outcomeOf(parts, pending, attempted);
    sent.value = undefined;
    const now = entries.find(key)?.progress.type;
    const isStopped = now === 'cancelled' || now === 'asked';
    if (outcome.type === 'saved') save(pending, outcome);
    // What was cancelled or asked about meanwhile is not sent again.
    else if (outcome.type === 'refused' || !isStopped) {
      entries.put(key, unsavedEntry(parts, pending, outcome, attempted));
    }
    return isStopped || outcome.type !== 'failed';
  }

  return { sent, sendAll };
}

/** A bug in sending one change must not keep the others from being sent. */
async function outcomeOf(parts: OutboxParts, pending: PendingChange, attempted: boolean): Promise<Outcome> {
  try {
    return await (attempted ? parts.sendAgain(pending) : parts.sendFirst(pending));
  } catch (error) {
    return { type: 'refused', advice: `Something went wrong in this page: ${String(error)}` };
  }
}

/** What a change that is not saved goes on as. */
function unsavedEntry(
  { withOtherIds }: OutboxParts,
  pending: PendingChange,
  outcome: Exclude<Outcome, SavedOutcome>,
  attempted: boolean,
): Partial<Entry> {
  switch (outcome.type) {
    case 'refused': {
      const { type, advice, ofStoredToo } = outcome;
      return { progress: { type, advice, ...(attempted && ofStoredToo ? { mayBeStored: true } : {}) } };
    }
    case 'failed': {
      const { failure } = outcome;
      const mayBeSaved = attempted || mayBeStored(failure);
      return { progress: { type: 'waiting', advice: adviceOn(failure), attempted: mayBeSaved } };
    }
    case 'taken': {
      const { command } = pending;
      return command.type === 'creation' && command.anyId
        ? { change: { ...pending, command: withOtherIds(command, pending.key) }, progress: notSentYet }
        : { progress: { type: 'refused', advice: 'Someone else has created it meanwhile.' } };
    }
  }
}
