import type { LineFragment } from './generated/operations.ts';
import { signed } from './hit-points.ts';
import { shownName } from './names.ts';

/** A press of a button that is to be stored: kept until its answer is known, and never stored twice. */
export type PendingChange = {
  /** The idempotency key, from which those of its events are made. */
  readonly key: string;
  /** When it was pressed, or said to be sent all the same; milliseconds since 1970. */
  readonly at: number;
  readonly command: Command;
};

/** Why a pending change is sent no more, although no answer says that it is stored. */
export type Ended =
  | {
      readonly type: 'refused';
      readonly advice: string;
      /** It was sent before, and an earlier time may have stored it. */
      readonly mayBeStored?: true;
    }
  /** By the person, after it was sent: it may be stored all the same. */
  | { readonly type: 'cancelled' };

/** A pending change as it outlives the page. */
export type KeptChange = PendingChange & { readonly ended?: Ended };

/** What a press asks for. */
export type Command = Append | Undo | Creation;

/** Appends one event to each of 1 to 100 characters, all or none. */
export type Append = { readonly type: 'append'; readonly events: readonly [Appended, ...Appended[]] };

/** Takes back one event of each of 1 to 100 characters. */
export type Undo = { readonly type: 'undo'; readonly events: readonly [Undone, ...Undone[]] };

/** Creates 1 to 100 characters, all or none. With `anyId`, ids that are taken get another ending. */
export type Creation = {
  readonly type: 'creation';
  readonly characters: readonly [Created, ...Created[]];
  readonly anyId: boolean;
};

/** A character as it was on the page when a button was pressed. */
type Pressed = {
  readonly characterId: string;
  /** The name that it is shown under. */
  readonly name: string;
  readonly seenVersion: number;
};

/** An event to append. What it leaves out stays as it is. */
export type Appended = Pressed & {
  readonly change: {
    readonly characterHitPoints?: number;
    readonly temporaryHitPoints?: number;
    readonly maximumHitPoints?: number;
    readonly experience?: number;
    readonly characterName?: string;
    readonly archived?: boolean;
    readonly note?: string;
  };
};

/** An event to take back. `did` says what it did, for instance `−7, troll`. */
export type Undone = Pressed & { readonly version: number; readonly did: string };

/** A character to create. */
export type Created = {
  readonly characterId: string;
  readonly name: string;
  readonly hitPoints: number;
  readonly maximumHitPoints?: number;
};

/** A UUID that names one press. `crypto.randomUUID` exists only where the page came over a secure connection. */
export function randomKey(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = Array.from(globalThis.crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The characters that a command is about. */
export function charactersOf(command: Command): readonly string[] {
  const about = command.type === 'creation' ? command.characters : command.events;
  return about.map(({ characterId }) => characterId);
}

/** What an event did or will do, in words: `−7, troll`. */
function changeWords(change: Appended['change']): string {
  const { characterHitPoints, temporaryHitPoints, maximumHitPoints, experience, characterName, archived } =
    change;
  const words = [
    ...(characterHitPoints !== undefined ? [signed(characterHitPoints)] : []),
    ...(temporaryHitPoints !== undefined ? [`${temporaryHitPoints} temporary`] : []),
    ...(maximumHitPoints !== undefined ? [`maximum ${maximumHitPoints}`] : []),
    ...(experience !== undefined ? [`${signed(experience)} experience`] : []),
    ...(characterName !== undefined ? [`named ${characterName}`] : []),
    ...(archived !== undefined ? [archived ? 'put away' : 'back'] : []),
  ];
  return [...words, ...(change.note ? [change.note] : [])].join(', ');
}

/** What a stored event did, in words: `−7, troll`. Whether it gave a new name only the event in front of it tells. */
export function lineWords(line: LineFragment, isRenaming = false): string {
  const { characterHitPoints, temporaryHitPoints, maximumHitPoints, experience, archived } = line;
  const others =
    isRenaming || [temporaryHitPoints, maximumHitPoints, experience, archived].some((each) => each !== null);
  return changeWords({
    ...(characterHitPoints !== 0 || !others ? { characterHitPoints } : {}),
    ...(temporaryHitPoints === null ? {} : { temporaryHitPoints }),
    ...(maximumHitPoints === null ? {} : { maximumHitPoints }),
    ...(experience === null ? {} : { experience }),
    ...(isRenaming ? { characterName: line.characterName } : {}),
    ...(archived === null ? {} : { archived }),
    note: noteOf(line),
  });
}

/** The note of a line; empty where it is only what the server writes for an undo without a note. */
export function noteOf({ note, reverts }: LineFragment): string {
  return reverts !== null && note === `Undo of version ${reverts}` ? '' : note;
}

const mostLetters = 80;

/** The beginning of a text that may be long, for where a few words say enough. */
export function shortened(text: string): string {
  const letters = Array.from(text);
  return letters.length <= mostLetters ? text : `${letters.slice(0, mostLetters - 1).join('')}…`;
}

/**
 * What a command does, in words: `Astrid −7, troll`, or `Fireball: −24, −24, −12`. Long ones are shortened, since what
 * became of it is said after them.
 */
export function commandWords(command: Command): string {
  switch (command.type) {
    case 'append': {
      const [first, ...others] = command.events;
      if (others.length === 0) return `${first.name} ${shortened(changeWords(first.change))}`;
      const each = command.events.map(({ change: { note: _, ...change } }) => changeWords(change));
      const same = new Set(each).size === 1 && each.length > 8 ? [`${each.length} × ${each[0]}`] : each;
      const note = first.change.note || `${command.events.length} characters`;
      return `${shortened(note)}: ${shortened(same.join(', '))}`;
    }
    case 'undo': {
      const [first, ...others] = command.events;
      if (others.length === 0) return `Undo of ${first.name} ${shortened(first.did)}`;
      return `Undo of ${shortened(first.did)} and ${others.length} more`;
    }
    case 'creation': {
      const [first, ...others] = command.characters;
      return `New: ${shownName({ id: first.characterId, name: first.name })}${others.length === 0 ? '' : ` and ${others.length} more`}`;
    }
  }
}

/** The pending changes that were kept by `JSON.stringify`; anything else in their place is left out. */
export function readPendingChanges(kept: unknown): readonly KeptChange[] {
  return Array.isArray(kept) ? kept.filter(isKeptChange) : [];
}

function isKeptChange(value: unknown): value is KeptChange {
  if (!isRecord(value) || typeof value['key'] !== 'string' || typeof value['at'] !== 'number') return false;
  const { command, ended } = value;
  if (ended !== undefined && !isEnded(ended)) return false;
  if (!isRecord(command)) return false;
  switch (command['type']) {
    case 'append':
      return isListOf(command['events'], (each) => isPressed(each) && isRecord(each['change']));
    case 'undo':
      return isListOf(
        command['events'],
        (each) => isPressed(each) && typeof each['version'] === 'number' && typeof each['did'] === 'string',
      );
    case 'creation':
      return (
        typeof command['anyId'] === 'boolean' &&
        isListOf(command['characters'], (each) => hasName(each) && typeof each['hitPoints'] === 'number')
      );
    default:
      return false;
  }
}

function isEnded(value: unknown): value is Ended {
  if (!isRecord(value)) return false;
  return (
    value['type'] === 'cancelled' || (value['type'] === 'refused' && typeof value['advice'] === 'string')
  );
}

function isListOf(value: unknown, is: (each: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => isRecord(each) && is(each));
}

function isPressed(each: Record<string, unknown>): boolean {
  return hasName(each) && typeof each['seenVersion'] === 'number';
}

function hasName(each: Record<string, unknown>): boolean {
  return typeof each['characterId'] === 'string' && typeof each['name'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
