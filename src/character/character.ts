import type { CharacterEvent } from './event.ts';

/** A character as it stands after one of its events. */
export type CharacterState = {
  readonly characterId: string;
  /** The version of the last event folded in, counted from 0. */
  readonly version: number;
  /** The name given last. */
  readonly name: string;
  /** From 0 to the maximum; without a maximum the sum of all changes, which may be below 0. */
  readonly hitPoints: number;
  /** The highest total so far, in stored order. */
  readonly highestHitPoints: number;
  /** From 1; null until one is set. */
  readonly maximumHitPoints: number | null;
  /** What damage is taken from first. */
  readonly temporaryHitPoints: number;
  /** The sum of all changes, from 0. */
  readonly experience: number;
  /** Whether the character is put away, in the other list. */
  readonly archived: boolean;
  /** When the first event was recorded; null if another program wrote it. */
  readonly createdAt: string | null;
  /** When the last event was recorded; null if another program wrote it. */
  readonly updatedAt: string | null;
};

/**
 * Names what `fold` computes. A stored snapshot counts only if it carries this number, so raise it with
 * every change of `fold` that gives another state for the same events.
 */
export const foldSchema = 2;

/**
 * The character after one more event; `undefined` is the character before its first event. What an event leaves out
 * stays, and so does the name where another program wrote an empty one.
 */
export function fold(state: CharacterState | undefined, event: CharacterEvent): CharacterState {
  const change = event.characterHitPoints;

  // 1. A maximum that is set counts from here on (0: there is none any more). Hit points come down to it, and up to 0.
  const maximum =
    event.maximumHitPoints === null ? (state?.maximumHitPoints ?? null) : event.maximumHitPoints || null;
  const before = bounded(state?.hitPoints ?? 0, maximum);

  // 2. Damage is taken from temporary hit points first, the rest from hit points; healing goes to hit points alone.
  //    An event that takes another back changes both by what it says.
  const temporary = state?.temporaryHitPoints ?? 0;
  const absorbed = event.reverts === null ? Math.min(temporary, Math.max(0, -change)) : 0;

  // 3. With a maximum, hit points stay between 0 and it. Without one they are the plain sum.
  const hitPoints = bounded(before + change + absorbed, maximum);

  return {
    characterId: event.characterId,
    version: event.version,
    name: event.characterName || (state?.name ?? ''),
    hitPoints,
    highestHitPoints: Math.max(state?.highestHitPoints ?? hitPoints, hitPoints),
    maximumHitPoints: maximum,
    // 4. Temporary hit points that are set replace those that are left.
    temporaryHitPoints: event.temporaryHitPoints ?? temporary - absorbed,
    // 5. Experience is a sum, never below 0.
    experience: Math.max(0, (state?.experience ?? 0) + (event.experience ?? 0)),
    archived: event.archived ?? state?.archived ?? false,
    createdAt: state ? state.createdAt : event.recordedAt,
    updatedAt: event.recordedAt,
  };
}

/** Hit points as a maximum allows them, `null` being none. */
export function bounded(hitPoints: number, maximum: number | null): number {
  return maximum === null ? hitPoints : Math.min(Math.max(hitPoints, 0), maximum);
}
