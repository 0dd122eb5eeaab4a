import type { CharacterEvent } from './event.ts';

/** A character as it stands after one of its events. */
export type CharacterState = {
  readonly characterId: string;
  /** The version of the last event folded in, counted from 0. */
  readonly version: number;
  /** The name given last. */
  readonly name: string;
  /** The sum of all changes; it may be below 0. */
  readonly hitPoints: number;
  /** The highest total so far, in stored order. */
  readonly highestHitPoints: number;
  /** When the first event was recorded; null if another program wrote it. */
  readonly createdAt: string | null;
  /** When the last event was recorded; null if another program wrote it. */
  readonly updatedAt: string | null;
};

/**
 * Names what `fold` computes. A stored snapshot counts only if it carries this number, so raise it with
 * every change of `fold` that gives another state for the same events.
 */
export const foldSchema = 1;

/**
 * The character after one more event; `undefined` is the character before its first event.
 * An event with an empty name (other programs write such) leaves the name as it is.
 */
export function fold(state: CharacterState | undefined, event: CharacterEvent): CharacterState {
  const hitPoints = (state?.hitPoints ?? 0) + event.characterHitPoints;
  return {
    characterId: event.characterId,
    version: event.version,
    name: event.characterName || (state?.name ?? ''),
    hitPoints,
    highestHitPoints: Math.max(state?.highestHitPoints ?? hitPoints, hitPoints),
    createdAt: state ? state.createdAt : event.recordedAt,
    updatedAt: event.recordedAt,
  };
}
