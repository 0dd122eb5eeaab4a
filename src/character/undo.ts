import { bounded, type CharacterState } from './character.ts';
import type { CharacterEvent } from './event.ts';

/** What an event did: the character before it (`undefined` before its first event) and after it. */
export type Effect = { readonly before: CharacterState | undefined; readonly after: CharacterState };

/** What an event says that takes another back, as plain values. */
export type Undo = Pick<
  CharacterEvent,
  | 'characterName'
  | 'characterHitPoints'
  | 'maximumHitPoints'
  | 'temporaryHitPoints'
  | 'experience'
  | 'archived'
>;

/**
 * What the next event has to say so that the effect is taken back from the newest state. Hit points, temporary ones
 * and experience change by the difference that the event made. Name, maximum and `archived` go back to what they were
 * before it, unless a later event set them to something else. The name of a first event stays: there was none before.
 */
export function undoOf({ before, after }: Effect, newest: CharacterState): Undo {
  const goal = before ?? { ...after, ...nothing };
  const maximum =
    newest.maximumHitPoints === after.maximumHitPoints ? goal.maximumHitPoints : newest.maximumHitPoints;
  const archived = newest.archived === after.archived ? goal.archived : newest.archived;
  const temporary = Math.max(
    0,
    newest.temporaryHitPoints + goal.temporaryHitPoints - after.temporaryHitPoints,
  );
  // A maximum that goes back counts first, so the change starts from what it leaves.
  const hitPoints = newest.hitPoints + goal.hitPoints - after.hitPoints;
  return {
    characterName: (newest.name === after.name && goal.name) || newest.name,
    characterHitPoints: hitPoints - bounded(newest.hitPoints, maximum),
    maximumHitPoints: maximum === newest.maximumHitPoints ? null : (maximum ?? 0),
    temporaryHitPoints: temporary === newest.temporaryHitPoints ? null : temporary,
    experience: goal.experience - after.experience || null,
    archived: archived === newest.archived ? null : archived,
  };
}

const nothing = {
  hitPoints: 0,
  maximumHitPoints: null,
  temporaryHitPoints: 0,
  experience: 0,
  archived: false,
};
