import type { StandingFragment as Standing } from '../../../src/sheet/generated/operations.ts';

/** A character of 10 hit points as the server answers it, but for what is said. */
export function standing(id: string, saying: Partial<Standing> = {}): Standing {
  return {
    id,
    name: id,
    hitPoints: 10,
    highestHitPoints: 10,
    maximumHitPoints: 10,
    temporaryHitPoints: 0,
    experience: 0,
    level: 1,
    archived: false,
    version: 0,
    ...saying,
  };
}
