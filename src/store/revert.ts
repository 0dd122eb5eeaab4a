import {
  characterIdIssues,
  type InputIssue,
  legacyRevertKey,
  newEventIssues,
  revertKey,
  versionIssues,
} from '../character/event.ts';
import { type AppendDependencies, appendValid } from './append.ts';
import type { AppendOutcome } from './append-outcome.ts';
import { contended } from './errors.ts';
import { storedEvent } from './history.ts';

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
 * Appends the opposite change of an event, at whatever version comes next. Costs the read of that event, and
 * an append with a key.
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
  const stored = await storedEvent(table, characterId, version, signal);
  if (stored === undefined) {
    const head = await heads.refresh(characterId, 0, signal);
    return { type: head === undefined ? 'no_such_character' : 'no_such_version' };
  }
  const opposite = {
    characterId,
    characterHitPoints: -stored.event.characterHitPoints,
    note,
    idempotencyKey: idempotencyKey === legacyRevertKey(version) ? undefined : idempotencyKey,
    reverts: version,
    actor,
  };
  const oppositeIssues = newEventIssues(opposite);
  if (oppositeIssues.length > 0) return { type: 'invalid_input', issues: oppositeIssues };
  const keyed = { ...opposite, idempotencyKey: opposite.idempotencyKey ?? revertKey(version) };
  const outcome = await appendValid(dependencies, keyed, signal);
  if (outcome.type !== 'version_taken' && outcome.type !== 'version_gap') return outcome;
  throw contended('The history was replaced meanwhile');
}
