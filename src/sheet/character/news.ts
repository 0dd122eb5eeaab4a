import type { Outbox } from '../outbox.ts';
import { charactersOf } from '../pending-change.ts';
import type { FollowedCharacter, Line } from './history.ts';

/** An event that came in while the character was open, or a number of them of which nothing else is known. */
export type Arrival = {
  /** Undefined for events that only a gap tells of. */
  readonly line: Line | undefined;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** It came while a change of this page was unanswered, and may be that change. */
  readonly undecided: boolean;
};

/** What others changed lately: the last of it, if it is known, and how much. */
export type News = { readonly last: Line | undefined; readonly count: number };

/** The view announces what came longer ago than this no more together with what comes now. */
const lateMs = 60_000;

/** The arrivals with those that brought a character from `before` to `after`. */
export function arrived(
  arrivals: readonly Arrival[],
  before: FollowedCharacter,
  after: FollowedCharacter,
  undecided: boolean,
  at = Date.now(),
): readonly Arrival[] {
  const { version } = before.standing;
  const added = after.lines.filter((line) => line.version > version);
  const unseen = after.standing.version - version - added.length;
  if (added.length + unseen <= 0) return arrivals;
  return [
    ...arrivals.filter((arrival) => at - arrival.at < lateMs),
    ...(unseen > 0 ? [{ line: undefined, count: unseen, at, undecided }] : []),
    ...added.map((line) => ({ line, count: 1, at, undecided })),
  ];
}

/** Whether an event of the character that comes in now may be a change of this page that is not answered. */
export function mayBeOurs({ entries }: Pick<Outbox, 'entries'>, id: string): boolean {
  return entries.value.some(({ change, progress }) => {
    const unanswered = progress.type === 'sending' || (progress.type === 'waiting' && progress.attempted);
    return unanswered && charactersOf(change.command).includes(id);
  });
}

/**
 * What others changed. While a change of this page is `unanswered`, what came meanwhile is not told yet: it may be the
 * change itself.
 */
export function newsOf(
  arrivals: readonly Arrival[],
  unanswered: boolean,
  isOurs: (version: number) => boolean,
): News | undefined {
  const others = arrivals.filter(
    ({ line, undecided }) => !(undecided && unanswered) && !(line !== undefined && isOurs(line.version)),
  );
  const last = others[others.length - 1];
  if (last === undefined) return undefined;
  return { last: last.line, count: others.reduce((sum, { count }) => sum + count, 0) };
}
