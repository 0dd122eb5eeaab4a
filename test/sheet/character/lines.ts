import type { Line } from '../../../src/sheet/character/history.ts';

const state = {
  name: 'Dana',
  hitPoints: 10,
  highestHitPoints: 100,
  maximumHitPoints: null,
  temporaryHitPoints: 0,
  experience: 0,
  level: 1,
  archived: false,
};

/** A line of history that says this and nothing else, after which the character stands so. */
export function lineSaying(
  version: number,
  saying: Partial<Line>,
  standing: Partial<NonNullable<Line['state']>> = {},
): Line {
  return {
    version,
    characterName: 'Dana',
    characterHitPoints: 0,
    note: '',
    recordedAt: null,
    reverts: null,
    actor: null,
    maximumHitPoints: null,
    temporaryHitPoints: null,
    experience: null,
    archived: null,
    state: { ...state, ...standing },
    ...saying,
  };
}
