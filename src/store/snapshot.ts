import { type CharacterState, foldSchema } from '../character/character.ts';
import type { CharacterEvent } from '../character/event.ts';

/** The state after an event, in the event's own item. */
export type SnapshotAttribute = { readonly Schema: number; readonly [attribute: string]: unknown };

/** The attributes of a snapshot, in the order of exported lines. */
export const snapshotOrder: readonly string[] = [
  'Schema',
  'Name',
  'HitPoints',
  'HighestHitPoints',
  'CreatedAt',
  'MaximumHitPoints',
  'TemporaryHitPoints',
  'Experience',
  'Archived',
];

/** The snapshot that belongs into the item of the last event of a state. It leaves out `null`, 0 and `false`. */
export function snapshotOf(state: CharacterState): SnapshotAttribute {
  const { createdAt, maximumHitPoints, temporaryHitPoints, experience, archived } = state;
  return {
    Schema: foldSchema,
    Name: state.name,
    HitPoints: state.hitPoints,
    HighestHitPoints: state.highestHitPoints,
    ...(createdAt === null ? {} : { CreatedAt: createdAt }),
    ...(maximumHitPoints === null ? {} : { MaximumHitPoints: maximumHitPoints }),
    ...(temporaryHitPoints === 0 ? {} : { TemporaryHitPoints: temporaryHitPoints }),
    ...(experience === 0 ? {} : { Experience: experience }),
    ...(archived ? { Archived: true } : {}),
  };
}

/** The state in the snapshot of an event's item; `undefined` if there is none, or one of another fold. */
export function snapshotState(snapshot: unknown, event: CharacterEvent): CharacterState | undefined {
  if (!isMap(snapshot) || snapshot['Schema'] !== foldSchema) return undefined;
  const { Name: name, HitPoints: hitPoints, HighestHitPoints: highestHitPoints } = snapshot;
  const { CreatedAt: createdAt = null, MaximumHitPoints: maximumHitPoints = null } = snapshot;
  const { TemporaryHitPoints: temporaryHitPoints = 0, Experience: experience = 0 } = snapshot;
  const { Archived: archived = false } = snapshot;
  const isWhole =
    typeof name === 'string' &&
    typeof hitPoints === 'number' &&
    typeof highestHitPoints === 'number' &&
    (createdAt === null || typeof createdAt === 'string') &&
    (maximumHitPoints === null || typeof maximumHitPoints === 'number') &&
    typeof temporaryHitPoints === 'number' &&
    typeof experience === 'number' &&
    typeof archived === 'boolean';
  if (!isWhole) return undefined;
  return {
    characterId: event.characterId,
    version: event.version,
    name,
    hitPoints,
    highestHitPoints,
    maximumHitPoints,
    temporaryHitPoints,
    experience,
    archived,
    createdAt,
    updatedAt: event.recordedAt,
  };
}

function isMap(value: unknown): value is { readonly [attribute: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
