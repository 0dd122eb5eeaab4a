import { placeOf } from '../directory-lists.ts';
import { eventOrProblem, UnreadableItemError } from '../event-item.ts';
import type { TableAdmin } from '../event-table.ts';

/** What a backfill did, and what it leaves out of the directory. */
export type BackfillReport = {
  readonly entered: number;
  readonly listedBefore: number;
  /** Characters whose history does not begin at version 0. */
  readonly withoutFirstEvent: readonly string[];
  /** Ids under which there are items, and none of them an event. */
  readonly ofAnotherLayout: readonly string[];
};

/**
 * Enters every character that is not in the directory yet, with the time of the backfill. It may be
 * interrupted, and run again: it changes nothing that is there. One scan of the table and one write each;
 * `onItem` is called for every item.
 */
export async function backfillDirectory(
  admin: TableAdmin,
  now: Date,
  onItem: () => void = () => {},
): Promise<BackfillReport> {
  const beginnings = new Map<string, boolean>();
  const others = new Set<string>();
  let entered = 0;
  let listedBefore = 0;
  for await (const item of admin.scan()) {
    onItem();
    if (eventOrProblem(item) instanceof UnreadableItemError) {
      others.add(item.Id);
      continue;
    }
    beginnings.set(item.Id, item.Version === 0 || (beginnings.get(item.Id) ?? false));
    if (item.Version !== 0) continue;
    if (placeOf(item) !== undefined) listedBefore += 1;
    else {
      const place = { characterId: item.Id, list: 'CHARACTERS', listedAt: now.toISOString() } as const;
      await admin.enterDirectory(place);
      entered += 1;
    }
  }
  const withoutFirstEvent = [...beginnings].flatMap(([id, hasFirst]) => (hasFirst ? [] : [id]));
  const ofAnotherLayout = [...others].filter((id) => !beginnings.has(id));
  return { entered, listedBefore, withoutFirstEvent, ofAnotherLayout };
}
