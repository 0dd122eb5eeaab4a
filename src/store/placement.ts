import { type CharacterState, fold } from '../character/character.ts';
import {
  type InputIssue,
  missingNameIssues,
  type NewEvent,
  totalIssues,
  versionIssues,
} from '../character/event.ts';
import { type EventItem, toItem } from './event-item.ts';
import type { RecordedEvent } from './history.ts';

/** An event at its place in the history, ready to be stored, or why it cannot be. */
export type Placement =
  | {
      readonly type: 'placed';
      readonly event: RecordedEvent;
      /** The character right after it. */
      readonly state: CharacterState;
      readonly item: EventItem;
    }
  | { readonly type: 'invalid_input'; readonly issues: readonly InputIssue[] };

/** What the store adds to an event by itself. */
export type Recorder = {
  readonly clock: () => Date;
  /** Makes an idempotency key for an append that comes without one. */
  readonly newKey: () => string;
};

/** The event that comes right after a state, recorded now or, if the clock went back, when that state was. */
export function place(
  { clock, newKey }: Recorder,
  sent: NewEvent,
  latest: CharacterState | undefined,
): Placement {
  const event = {
    characterId: sent.characterId,
    version: latest === undefined ? 0 : latest.version + 1,
    characterName: sent.characterName ?? latest?.name ?? '',
    characterHitPoints: sent.characterHitPoints,
    note: sent.note,
    recordedAt: laterOf(clock().toISOString(), latest?.updatedAt ?? null),
    idempotencyKey: sent.idempotencyKey ?? newKey(),
    reverts: sent.reverts ?? null,
    actor: sent.actor ?? null,
  };
  const state = fold(latest, event);
  const nameIssues = sent.characterName === undefined ? missingNameIssues(event.version) : [];
  const issues = [
    ...versionIssues(event.version, ['version']),
    ...nameIssues,
    ...totalIssues(state.hitPoints),
  ];
  return issues.length > 0
    ? { type: 'invalid_input', issues }
    : { type: 'placed', event: { ...event, state: async () => state }, state, item: toItem(event, state) };
}

function laterOf(now: string, previous: string | null): string {
  return previous !== null && previous > now ? previous : now;
}
