import { setTimeout as sleep } from 'node:timers/promises';
import { directoryGraceMs } from '../created-characters.ts';
import { StoreFault } from '../errors.ts';
import type { DirectoryEntry, EventTable } from '../event-table.ts';
import { toLine } from './json-lines.ts';

/** How to follow a table. */
export type FollowOptions = {
  /** The last version of each character that is known already. Of others every event comes. */
  readonly after: ReadonlyMap<string, number>;
  /** How often to look for events, in milliseconds. */
  readonly pollMs: number;
  /** Called for the first in a row of faults that are waited out. */
  readonly onFailure: (fault: StoreFault) => void;
  /** Ends it. What is read already is given first. */
  readonly signal: AbortSignal;
};

/** Where a table is followed in a character. */
type Place = { nextVersion: number; lookAt: number; waitMs: number };

/** What following reads of a table. */
type FollowedTable = Pick<EventTable, 'get' | 'query' | 'directory' | 'readsAtOneMoment'>;

/** How long a character without news is left alone at most, where a look costs a round trip. */
const longestWaitMs = 60_000;
/** How much longer it is left alone after each look without news: after three minutes of them for the longest time. */
const patience = 1.5;
/** How often the whole directory is read all the same: an import puts characters where they were before. */
const wholeLookMs = 10 * 60_000;
const firstEntries = 20;
const furtherEntries = 500;
/** What one round trip of `get` takes. */
const keysAtOnce = 100;
const itemsOfPage = 100;

/**
 * The events of all characters of the directory, also of those that are put away or created meanwhile, as pages of
 * lines, without their ends: first what is there, then what comes, until the signal aborts. Each event comes once, and
 * those of a character by version. It holds a number for each character, and one page. Faults that may pass are waited
 * out. Throws `DIRECTORY_MISSING` if the table has no directory.
 *
 * A look costs two reads of the directory, of its 20 newest entries and, 500 at a time, of those of the last 10 minutes,
 * and one of the next version of each character, in one call for each 100. On DynamoDB characters without news are
 * looked at ever less often, after three minutes once in 60 s.
 */
export async function* followedLines(
  table: FollowedTable,
  { after, pollMs, onFailure, signal }: FollowOptions,
): AsyncGenerator<readonly string[]> {
  const places = new Map(Array.from(after, ([id, version]) => [id, placeAt(version + 1, pollMs)]));
  const mostMs = table.readsAtOneMoment ? pollMs : longestWaitMs;
  let wholeLookAt = 0;
  let isFailing = false;
  while (!signal.aborted) {
    try {
      const isWhole = performance.now() >= wholeLookAt;
      for await (const { characterId } of newestEntries(table, places, isWhole)) {
        if (!places.has(characterId)) places.set(characterId, placeAt(0, pollMs));
      }
      if (isWhole) wholeLookAt = performance.now() + wholeLookMs;
      yield* newLines(table, places, pollMs, mostMs, signal);
      isFailing = false;
    } catch (error) {
      if (!(error instanceof StoreFault && error.retryable)) throw error;
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

function placeAt(nextVersion: number, waitMs: number): Place {
  return { nextVersion, lookAt: 0, waitMs };
}

/** The entries of both lists of the directory: all, or down to the first page that is known and old. */
async function* newestEntries(
  table: FollowedTable,
  known: ReadonlyMap<string, unknown>,
  isWhole: boolean,
): AsyncGenerator<DirectoryEntry> {
  const old = new Date(Date.now() - directoryGraceMs).toISOString();
  for (const archived of [false, true]) {
    let after: DirectoryEntry | undefined;
    let limit = firstEntries;
    for (let isLast = false; !isLast; limit = furtherEntries) {
      const page = await table.directory({ archived, after, limit });
      const isKnown = page.every(({ characterId }) => known.has(characterId));
      after = page.at(-1);
      const isOld = after !== undefined && after.listedAt < old;
      isLast = page.length < limit || (isKnown && isOld && !isWhole);
      yield* page;
    }
  }
}

/** What is new of the characters that are due. */
async function* newLines(
  table: FollowedTable,
  places: ReadonlyMap<string, Place>,
  pollMs: number,
  mostMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const now = performance.now();
  const due = Array.from(places).filter(([, { lookAt }]) => lookAt <= now);
  for (let start = 0; start < due.length && !signal.aborted; start += keysAtOnce) {
    const some = due.slice(start, start + keysAtOnce);
    const found = await table.get(some.map(([Id, { nextVersion }]) => ({ Id, Version: nextVersion })));
    const news = new Set(found.map(({ Id }) => Id));
    for (const [id, place] of some) {
      if (news.has(id)) yield* linesFrom(table, id, place, signal);
      place.waitMs = news.has(id) ? pollMs : Math.min(place.waitMs * patience, mostMs);
      place.lookAt = news.has(id) ? 0 : performance.now() + place.waitMs - pollMs;
    }
  }
}

async function* linesFrom(
  table: FollowedTable,
  characterId: string,
  place: Place,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  for (let isLast = false; !isLast && !signal.aborted; ) {
    const page = await table.query(characterId, { from: place.nextVersion, limit: itemsOfPage });
    isLast = page.length < itemsOfPage;
    if (page.length === 0) return;
    yield page.map(toLine);
    place.nextVersion = (page.at(-1)?.Version ?? 0) + 1;
  }
}
