import type { NewEvent } from '../servers/bare-api.ts';

/** The event of a version as a caller sends it, with a key of its own. */
export function eventAt(characterId: string, version: number): NewEvent {
  return {
    characterId,
    version,
    characterName: 'Goblin slayer',
    characterHitPoints: version % 2 === 0 ? 7 : -5,
    note: 'slashing damage from goblin',
    idempotencyKey: `${characterId}/${version}`,
  };
}
