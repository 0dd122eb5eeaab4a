import { fromItem, type StoredItem } from './event-item.ts';

/** A list of the directory: of the characters, or of those that are put away. */
export type DirectoryList = 'CHARACTERS' | 'ARCHIVE';

/** A character's place in the directory. */
export type DirectoryPlace = {
  readonly characterId: string;
  readonly list: DirectoryList;
  /** When it entered the directory: ISO 8601, UTC, milliseconds. It stays the same in the other list. */
  readonly listedAt: string;
};

/** The list that a character belongs into. */
export function listOf(archived: boolean): DirectoryList {
  return archived ? 'ARCHIVE' : 'CHARACTERS';
}

/** A character's place in the directory, from its first event; `undefined` if it is not in it. */
export function placeOf({ Id, Directory, ListedAt }: StoredItem): DirectoryPlace | undefined {
  const isListed = Directory === 'CHARACTERS' || Directory === 'ARCHIVE';
  if (!isListed || typeof ListedAt !== 'string') return undefined;
  return { characterId: Id, list: Directory, listedAt: ListedAt };
}

/** Whether the event in an item puts its character away or back; `undefined` if neither. */
export function archivedBy({ Archived }: StoredItem): boolean | undefined {
  return typeof Archived === 'boolean' ? Archived : undefined;
}

/** Items to insert together; a first event among them enters the list that the last event of its character says. */
export function inTheirLists(items: readonly StoredItem[]): readonly StoredItem[] {
  const last = lastToMove(items);
  if (last.size === 0) return items;
  return items.map((item) => {
    const moving = last.get(item.Id);
    if (moving === undefined || placeOf(item) === undefined) return item;
    return { ...item, Directory: listOf(archivedBy(moving) ?? false) };
  });
}

/** `listedAt` of a character that enters the directory by an event without a time, which another program wrote. */
const unknownTime = new Date(0).toISOString();

/**
 * The places to which the characters of items move as these are inserted. Their first events are in the table already;
 * one that is among the items is in its list by itself. A character that is listed already keeps its `listedAt`.
 */
export function directoryMoves(items: readonly StoredItem[]): readonly DirectoryPlace[] {
  const last = lastToMove(items);
  if (last.size === 0) return [];
  for (const { Id, Version } of items) if (Version === 0) last.delete(Id);
  return Array.from(last.values(), (item) => ({
    characterId: item.Id,
    list: listOf(archivedBy(item) ?? false),
    listedAt: fromItem(item).event.recordedAt ?? unknownTime,
  }));
}

/** The last event of each character that puts it away or back. */
function lastToMove(items: readonly StoredItem[]): Map<string, StoredItem> {
  return new Map(items.filter((item) => archivedBy(item) !== undefined).map((item) => [item.Id, item]));
}
