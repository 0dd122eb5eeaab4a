import { fold } from '../character/character.ts';
import {
  characterIdIssues,
  type InputIssue,
  legacyRevertKey,
  newEventIssues,
  revertKey,
  versionIssues,
} from '../character/event.ts';
import type { Effect } from '../character/undo.ts';
import { type AppendDependencies, appendValid } from './append.ts';
import type { AppendOutcome } from './append-outcome.ts';
import { contended } from './errors.ts';
import { fromItem } from './event-item.ts';
import type { EventTable } from './event-table.ts';
import { stateAfter } from './history.ts';

/** An event to take back, as a caller names it. */
export type Revert = {
  readonly characterId: string;
  /** The version of the event. */
  readonly version: number;
  /** Left out: one that names the version. */
  readonly note?: string | undefined;
  /** Left out: one of the server's own, the same for the same version. */
  readonly idempotencyKey?: string | undefined;
  /** The subject of the token that takes it back. */
  readonly actor?: string | undefined;
};

/** The result of a revert. Only `appended` means that it is stored. */
export type RevertOutcome =
  | Extract<AppendOutcome, { readonly type: 'appended' | 'key_reused' | 'invalid_input' }>
  | { readonly type: 'no_such_character' }
  /** The character exists and has no event of that version. */
  | { readonly type: 'no_such_version' };

/**
 * Takes an event back by appending what leads back from the newest state, at whatever version comes next, computed anew
 * at each try. One query of the event and the one before it, and an append with a key.
 */
export async function revert(
  dependencies: AppendDependencies,
  { characterId, version, note, idempotencyKey, actor }: Revert,
  signal?: AbortSignal,
): Promise<RevertOutcome> {
  const issues: readonly InputIssue[] = [
    ...characterIdIssues(characterId, ['characterId']),
    ...versionIssues(version, ['version']),
  ];
  if (issues.length > 0) return { type: 'invalid_input', issues };
  const { table, heads } = dependencies;
  const takesBack = await effectOf(table, characterId, version, signal);
  if (takesBack === undefined) {
    const head = await heads.refresh(characterId, 0, signal);
    return { type: head === undefined ? 'no_such_character' : 'no_such_version' };
  }
  const undo = {
    characterId,
    characterHitPoints: 0,
    note,
    idempotencyKey: idempotencyKey === legacyRevertKey(version) ? undefined : idempotencyKey,
    reverts: version,
    actor,
  };
  const undoIssues = newEventIssues(undo);
  if (undoIssues.length > 0) return { type: 'invalid_input', issues: undoIssues };
  const event = { ...undo, idempotencyKey: undo.idempotencyKey ?? revertKey(version) };
  const outcome = await appendValid(dependencies, { event, offset: 0, following: 0, takesBack }, signal);
  if (outcome.type !== 'version_taken' && outcome.type !== 'version_gap') return outcome;
  throw contended('The history was replaced meanwhile');
}

/** What an event did; `undefined` if there is none of that version. */
async function effectOf(
  table: EventTable,
  characterId: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<Effect | undefined> {
  const items = await table.query(characterId, { to: version, descending: true, limit: 2 }, signal);
  const [stored, previous] = items.map(fromItem);
  if (stored?.event.version !== version) return undefined;
  const before = previous && (await stateAfter(table, previous, signal));
  return { before, after: fold(before, stored.event) };
}
