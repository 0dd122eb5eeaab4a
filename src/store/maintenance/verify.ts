import { eventOrProblem, listedAt, type StoredItem, UnreadableItemError } from '../event-item.ts';
import { allIds, allItems, type EventTable, type SnapshotRepair, type TableAdmin } from '../event-table.ts';
import { snapshotOf } from '../snapshot.ts';
import { type HistoryFinding, historyFindings } from './history-findings.ts';

/** One thing that is wrong with a character. */
export type Finding = { readonly characterId: string; readonly isMended: boolean } & (
  | HistoryFinding
  /** Its first event does not enter it into the directory. */
  | { readonly type: 'not_in_directory'; readonly from: 0; readonly to: 0 }
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
  /** Whether missing and wrong snapshots and missing entries of the directory are written; nothing else is. */
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

  async function* looked(): AsyncGenerator<StoredItem> {
    for await (const item of allItems(table, characterId)) {
      items += 1;
      onEvent();
      isCharacter ||= eventAttributes.some((attribute) => item[attribute] !== undefined);
      if (item.Version === 0) first = item;
      else if (listedAt(item) !== undefined) findings.push(stray(item));
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
  const beginning = first === undefined || listedAt(first) !== undefined ? undefined : eventOrProblem(first);
  if (beginning !== undefined && !(beginning instanceof UnreadableItemError)) {
    const since = beginning.event.recordedAt ?? now.toISOString();
    if (repair) await admin.enterDirectory({ characterId, listedAt: since });
    findings.push({ type: 'not_in_directory', characterId, from: 0, to: 0, isMended: repair });
  }
  if (isCharacter) findings.forEach(onFinding);
  return { items, isCharacter };
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
