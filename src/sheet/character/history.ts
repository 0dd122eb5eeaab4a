import type { LineFragment, StandingFragment } from '../generated/operations.ts';
import { signed } from '../hit-points.ts';
import { lineWords, type Undo } from '../pending-change.ts';

/** One event of a character, as a line of its history. */
export type Line = LineFragment;

/** A character as it is now. */
export type Standing = StandingFragment;

/** A page of history, oldest first, with the cursor in front of it. */
export type HistoryPage = {
  readonly nodes: readonly Line[];
  readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null };
};

/** What the page has loaded of a character: where it stands, and its latest lines without gaps. */
export type FollowedCharacter = {
  readonly standing: Standing;
  /** Oldest first. The last one is at the version of `standing`. */
  readonly lines: readonly Line[];
  readonly hasOlder: boolean;
  /** The cursor in front of the first line. */
  readonly startCursor: string | null;
  /** How many lines have come since the last load from the server. */
  readonly arrived: number;
};

/** What one more event makes of a followed character; `reload` if only the server can tell. */
export type Following =
  | { readonly type: 'followed'; readonly character: FollowedCharacter }
  | { readonly type: 'reload' };

/** More than this many lines are not piled up in an open page: the latest ones are loaded instead. */
const mostArrivals = 500;

/** A character with its newest page of history, as just loaded. */
export function loaded(standing: Standing, page: HistoryPage): FollowedCharacter {
  const lines = page.nodes.filter((line) => line.version <= standing.version);
  return {
    standing,
    lines,
    hasOlder: page.pageInfo.hasPreviousPage,
    startCursor: page.pageInfo.startCursor,
    arrived: 0,
  };
}

/**
 * Adds the next event. One that is known changes nothing; one that would leave a gap, or that came without
 * the state after it, asks for a reload.
 */
export function withEvent(character: FollowedCharacter, line: Line): Following {
  const { standing, lines, arrived } = character;
  if (line.version <= standing.version) return { type: 'followed', character };
  if (line.version > standing.version + 1 || line.state === null || arrived >= mostArrivals) {
    return { type: 'reload' };
  }
  return {
    type: 'followed',
    character: {
      ...character,
      standing: { ...standing, ...line.state, version: line.version },
      lines: [...lines, line],
      arrived: arrived + 1,
    },
  };
}

/** Brings a character up to a newer load. Older lines that were loaded stay where they join on. */
export function refreshed(character: FollowedCharacter, newer: FollowedCharacter): FollowedCharacter {
  const { version } = character.standing;
  if (newer.standing.version < version) return character;
  const [first] = newer.lines;
  if (first === undefined || first.version > version + 1 || character.arrived >= mostArrivals) return newer;
  const added = newer.lines.filter((line) => line.version > version);
  return {
    ...character,
    standing: newer.standing,
    lines: [...character.lines, ...added],
    arrived: character.arrived + added.length,
  };
}

/** Puts an older page in front, if it was asked for with the cursor that still stands there. */
export function withOlder(
  character: FollowedCharacter,
  before: string | null,
  page: HistoryPage,
): FollowedCharacter {
  if (character.startCursor !== before) return character;
  return {
    ...character,
    lines: [...page.nodes, ...character.lines],
    hasOlder: page.pageInfo.hasPreviousPage,
    startCursor: page.pageInfo.startCursor,
  };
}

/**
 * Which versions are undone, and by which. An undo that was itself undone does not count. What undoes a line is
 * newer than it, so the lines that are loaded are enough to tell.
 */
export function undoneBy(lines: readonly Line[]): ReadonlyMap<number, number> {
  const undone = new Map<number, number>();
  for (const { version, reverts } of lines.slice().reverse()) {
    if (reverts !== null && !undone.has(version) && !undone.has(reverts)) undone.set(reverts, version);
  }
  return undone;
}

/** The newest event that is neither undone nor an undo itself, but for the one that created the character. */
export function newestUndoable(lines: readonly Line[]): Line | undefined {
  const undone = undoneBy(lines);
  return lines
    .slice()
    .reverse()
    .find(({ version, reverts }) => version > 0 && reverts === null && !undone.has(version));
}

/**
 * What has to be taken back so that an event is: itself or, once it was undone and brought back, what brought it back.
 * The server takes each event back once.
 */
export function undoTargets(lines: readonly Line[]): (version: number) => number {
  const undos = new Map<number, number>();
  for (const { version, reverts } of lines) if (reverts !== null) undos.set(reverts, version);
  return (version) => {
    let target = version;
    for (let undo = undos.get(target); undo !== undefined; undo = undos.get(target)) target = undo;
    return target;
  };
}

/** What one of the lines did, in words. */
export function wordsOf(line: Line, lines: readonly Line[]): string {
  return lineWords(line, isRenaming(line, lineOf(lines, line.version - 1)));
}

/** The line of a version, where it is loaded. Lines have no gaps, so its place follows from the first one. */
export function lineOf(lines: readonly Line[], version: number): Line | undefined {
  return lines[version - (lines[0]?.version ?? 0)];
}

function isRenaming(line: Line, before: Line | undefined): boolean {
  return before !== undefined && before.characterName !== line.characterName;
}

/** The command that takes back one of the lines. */
export function undoOf({ id, name, version }: Standing, line: Line, lines: readonly Line[]): Undo {
  const target = undoTargets(lines)(line.version);
  return {
    type: 'undo',
    events: [{ characterId: id, name, seenVersion: version, version: target, did: wordsOf(line, lines) }],
  };
}

/** One thing that an event did, in words. `name` is a name that it gave. */
export type Deed = {
  readonly words: string;
  readonly kind: 'loss' | 'gain' | 'other';
  readonly name?: string;
};

/** What an event did, each thing by itself. `before` is the line in front of it, where that is loaded. */
export function deedsOf(line: Line, before: Line | undefined): readonly Deed[] {
  const { characterHitPoints, temporaryHitPoints, maximumHitPoints, experience, archived } = line;
  const others: readonly Deed[] = [
    ...(temporaryHitPoints === null ? [] : [other(`${temporaryHitPoints} temporary`)]),
    ...(maximumHitPoints === null
      ? []
      : [other(maximumHitPoints === 0 ? 'no maximum' : `maximum ${maximumHitPoints}`)]),
    ...(experience === null ? [] : [other(`${signed(experience)} experience`)]),
    ...(isRenaming(line, before) ? [{ ...other('named'), name: line.characterName }] : []),
    ...(archived === null ? [] : [other(archived ? 'put away' : 'brought back')]),
  ];
  if (characterHitPoints === 0 && others.length > 0) return others;
  const kind = characterHitPoints === 0 ? 'other' : characterHitPoints < 0 ? 'loss' : 'gain';
  return [{ words: signed(characterHitPoints), kind }, ...others];
}

function other(words: string): Deed {
  return { words, kind: 'other' };
}
