import type { Outcome } from './outcome.ts';
import { keepPresses, keptPresses, type Press, type PressStorage } from './press.ts';

/** A press and how far it has come. */
export type Entry = { readonly press: Press; readonly progress: Progress };

/** `others` counts the changes that other people made between the press and its event. */
export type Progress =
  | { readonly type: 'saving' }
  | {
      readonly type: 'saved';
      readonly version: number;
      readonly name: string;
      readonly others: number;
      readonly undoneBefore: boolean;
    }
  | { readonly type: 'refused'; readonly advice: string }
  | { readonly type: 'failed'; readonly advice: string };

/** The presses of one place (a character, or the party), sent one after the other. */
export type Outbox = {
  /** Keeps a press and sends it. */
  readonly press: (press: Press) => void;
  /** Sends what could not be saved again, the very same presses. */
  readonly sendAgain: () => void;
  /** Forgets a press that was not saved. */
  readonly forget: (key: string) => void;
  /** Whether an event looks like one of ours: saved by a press here, or the same as one that is unanswered. */
  readonly isOurs: (event: Sent) => boolean;
};

/** What of an event tells which press it came from. */
export type Sent = {
  readonly version: number;
  readonly characterHitPoints: number;
  readonly note: string;
  readonly reverts: number | null;
};

/** What an outbox works with. */
export type OutboxParts = {
  readonly place: string;
  readonly storage: PressStorage;
  readonly send: (press: Press) => Promise<Outcome>;
  /** Sends what was sent before, by this page or by one before a reload. */
  readonly sendAgain: (press: Press) => Promise<Outcome>;
  /** Another id for a creation whose id is taken. */
  readonly otherId: (press: Press) => string;
  readonly onChange: (entries: readonly Entry[]) => void;
  readonly onSaved: (outcome: Extract<Outcome, { readonly type: 'saved' }>) => void;
};

/** An outbox that begins with what a former page left unanswered, and sends it again. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { place, storage } = parts;
  const ourVersions = new Set<number>();
  let entries: readonly Entry[] = keptPresses(storage, place).map(saving);
  let last = Promise.resolve();

  function change(next: readonly Entry[]): void {
    entries = next;
    const open = entries.filter(({ progress }) => progress.type !== 'saved');
    keepPresses(
      storage,
      place,
      open.map(({ press }) => press),
    );
    parts.onChange(entries);
  }

  function put(entry: Entry): void {
    change(entries.map((other) => (other.press.key === entry.press.key ? entry : other)));
  }

  async function deliver(press: Press, send: OutboxParts['send']): Promise<void> {
    const outcome = await send(press);
    if (outcome.type === 'taken') {
      await deliverElsewhere(press);
      return;
    }
    if (outcome.type !== 'saved') {
      put({ press, progress: outcome });
      return;
    }
    const { version } = outcome.event;
    const undoneBefore = outcome.duplicate && press.what.type === 'undo' && version <= press.seenVersion;
    const between = Array.from(ourVersions).filter((ours) => ours > press.seenVersion && ours < version);
    const others = Math.max(0, version - press.seenVersion - 1 - between.length);
    ourVersions.add(version);
    put({ press, progress: { type: 'saved', version, name: outcome.character.name, others, undoneBefore } });
    parts.onSaved(outcome);
  }

  async function deliverElsewhere(press: Press): Promise<void> {
    if (press.what.type !== 'creation' || !press.what.anyId) {
      put({ press, progress: { type: 'refused', advice: 'Someone else has created it meanwhile.' } });
      return;
    }
    const moved = { ...press, characterId: parts.otherId(press) };
    put(saving(moved));
    await deliver(moved, parts.send);
  }

  function enqueue(press: Press, send: OutboxParts['send']): void {
    last = last.then(() => deliver(press, send));
  }

  for (const { press } of entries) enqueue(press, parts.sendAgain);

  return {
    press: (press) => {
      const unsaved = entries.filter(({ progress }) => progress.type !== 'saved');
      change([...unsaved, saving(press)]);
      enqueue(press, parts.send);
    },
    sendAgain: () => {
      const failed = entries.filter(({ progress }) => progress.type === 'failed');
      change(entries.map((entry) => (failed.includes(entry) ? saving(entry.press) : entry)));
      for (const { press } of failed) enqueue(press, parts.sendAgain);
    },
    forget: (key) => change(entries.filter(({ press }) => press.key !== key)),
    isOurs: (event) =>
      ourVersions.has(event.version) ||
      entries.some(({ press, progress }) => progress.type !== 'saved' && isAlike(press, event)),
  };
}

function saving(press: Press): Entry {
  return { press, progress: { type: 'saving' } };
}

function isAlike({ what, seenVersion }: Press, event: Sent): boolean {
  if (event.version <= seenVersion) return false;
  switch (what.type) {
    case 'change':
      return (
        event.reverts === null &&
        event.characterHitPoints === what.characterHitPoints &&
        event.note === what.note
      );
    case 'undo':
      return event.reverts === what.version;
    case 'creation':
      return event.version === 0;
  }
}
