import { archivedBy, type DirectoryPlace, listOf, placeOf } from '../directory-lists.ts';
import { eventOrProblem, type StoredItem, UnreadableItemError } from '../event-item.ts';
import { allIds, allItems, type EventTable, type SnapshotRepair, type TableAdmin } from '../event-table.ts';
import { snapshotOf } from '../snapshot.ts';
import { type HistoryFinding, historyFindings } from './history-findings.ts';

/** One thing that is wrong with a character. */
export type Finding = { readonly characterId: string; readonly isMended: boolean } & (
  | HistoryFinding
  /** Its first event does not enter it into the directory. */
  | { readonly type: 'not_in_directory'; readonly from: 0; readonly to: 0 }
  /** It is in the list of the characters though it was put away, or the other way round. */
  | { readonly type: 'in_other_list'; readonly from: 0; readonly to: 0; readonly archived: boolean }
  /** It is entered by an event that is not its first, and listed twice. */
  | { readonly type: 'stray_directory_entry'; readonly from: number; readonly to: number }
);

/** What was verified. */
export type VerifyReport = {
  readonly characters: number;
  readonly events: number;
  /** Ids under which there are items, and none of them looks like an event. */
  readonly ofAnotherLayout: readonly string[];
};

/** What to verify, and the functions that are called for each event and each finding. */
export type VerifyOptions = {
  /** Only this one. */
  readonly characterId?: string | undefined;
  /** Whether missing and wrong snapshots and entries of the directory are written; nothing else is. */
  readonly repair: boolean;
  readonly now: Date;
  readonly onEvent: () => void;
  readonly onFinding: (finding: Finding) => void;
};

const repairsAtOnce = 100;

/**
 * Reads every event and tells all that is wrong, by character and, for each, by version; findings of the same
 * kind at versions in a row are one. Costs a read of the table, and a scan for the ids.
 */
export async function verifyTable(
  table: EventTable,
  admin: TableAdmin,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const { characterId } = options;
  const ids = characterId === undefined ? await allIds(admin) : [characterId];
  const ofAnotherLayout: string[] = [];
  let characters = 0;
  let events = 0;
  for (const id of ids) {
    const { items, isCharacter } = await verifyCharacter(table, admin, id, options);
    if (isCharacter) {
      characters += 1;
      events += items;
    } else if (items > 0) ofAnotherLayout.push(id);
  }
  return { characters, events, ofAnotherLayout };
}

async function verifyCharacter(
  table: EventTable,
  admin: TableAdmin,
  characterId: string,
  { repair, now, onEvent, onFinding }: VerifyOptions,
): Promise<{ readonly items: number; readonly isCharacter: boolean }> {
  const findings: Finding[] = [];
  let repairs: SnapshotRepair[] = [];
  let items = 0;
  let isCharacter = false;
  let first: StoredItem | undefined;
  let archived = false;

  async function* looked(): AsyncGenerator<StoredItem> {
    for await (const item of allItems(table, characterId)) {
      items += 1;
      onEvent();
      isCharacter ||= eventAttributes.some((attribute) => item[attribute] !== undefined);
      archived = archivedBy(item) ?? archived;
      if (item.Version === 0) first = item;
      else if (placeOf(item) !== undefined) findings.push(stray(item));
      yield item;
    }
  }

  for await (const finding of historyFindings(looked())) {
    const state = 'state' in finding ? finding.state : undefined;
    const isMended = repair && state !== undefined;
    if (isMended) {
      repairs.push({ key: { Id: characterId, Version: finding.from }, snapshot: snapshotOf(state) });
    }
    if (repairs.length === repairsAtOnce) {
      await admin.repairSnapshots(repairs);
      repairs = [];
    }
    addFinding(findings, { ...finding, characterId, isMended });
  }
  if (repairs.length > 0) await admin.repairSnapshots(repairs);
  const misplaced = first && (await misplacement(table, first, archived, now));
  if (misplaced !== undefined) {
    const { finding, place } = misplaced;
    if (repair) await admin.enterDirectory(place);
    findings.push({ ...finding, characterId, from: 0, to: 0, isMended: repair });
  }
  if (isCharacter) findings.forEach(onFinding);
  return { items, isCharacter };
}

/** What is wrong with a character's place in the directory, and the place that it belongs to. */
type Misplacement = {
  readonly finding:
    | { readonly type: 'not_in_directory' }
    | { readonly type: 'in_other_list'; readonly archived: boolean };
  readonly place: DirectoryPlace;
};

async function misplacement(
  table: EventTable,
  first: StoredItem,
  archived: boolean,
  now: Date,
): Promise<Misplacement | undefined> {
  const list = listOf(archived);
  if (placeOf(first)?.list === list) return undefined;
  const beginning = eventOrProblem(first);
  if (beginning instanceof UnreadableItemError) return undefined;
  // It may have moved since its first event was read.
  const [item = first] = await table.query(first.Id, { limit: 1 });
  const there = placeOf(item);
  if (there?.list === list) return undefined;
  const listedAt = beginning.event.recordedAt ?? now.toISOString();
  const finding = there
    ? ({ type: 'in_other_list', archived } as const)
    : ({ type: 'not_in_directory' } as const);
  return { finding, place: { characterId: first.Id, list, listedAt } };
}

const eventAttributes = ['CharacterName', 'CharacterHitPoints', 'Note'];

function stray({ Id, Version }: StoredItem): Finding {
  return { type: 'stray_directory_entry', characterId: Id, from: Version, to: Version, isMended: false };
}

// A table of another program has no snapshot at all: that is one finding for each character.
function addFinding(findings: Finding[], finding: Finding): void {
  const last = findings.at(-1);
  const goesOn =
    finding.type === 'no_snapshot' &&
    last?.type === 'no_snapshot' &&
    last.isMended === finding.isMended &&
    last.to + 1 === finding.from;
  if (goesOn) findings[findings.length - 1] = { ...finding, from: last.from };
  else findings.push(finding);
}
