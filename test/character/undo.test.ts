import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CharacterState, fold } from '../../src/character/character.ts';
import { type Effect, undoOf } from '../../src/character/undo.ts';
import { storedEvent } from '../party.ts';
import type { Saying } from './fold-vectors.ts';
import { sayings } from './sayings.ts';

/** The states after each event of a history. */
function statesOf(history: readonly Saying[]): readonly CharacterState[] {
  const states: CharacterState[] = [];
  for (const [version, saying] of history.entries())
    states.push(fold(states.at(-1), storedEvent(version, saying)));
  return states;
}

/** The state after a history, an event of which is then taken back. */
function afterUndo(history: readonly Saying[], version: number): CharacterState | undefined {
  const states = statesOf(history);
  const [after, newest] = [states[version], states.at(-1)];
  if (after === undefined || newest === undefined)
    throw new RangeError(`Expected a version, got ${version}.`);
  return undone({ before: states[version - 1], after }, newest);
}

function undone(effect: Effect, newest: CharacterState): CharacterState {
  const undo = { ...undoOf(effect, newest), reverts: effect.after.version };
  return fold(newest, storedEvent(newest.version + 1, undo));
}

describe('an undo takes back what happened', () => {
  const name = 'Morgana';
  test.each<readonly [string, readonly Saying[], number, Partial<CharacterState>]>([
    ['a change of hit points', [{ characterHitPoints: 8 }, { characterHitPoints: -2 }], 1, { hitPoints: 8 }],
    [
      'as much healing as was taken',
      [{ maximumHitPoints: 20, characterHitPoints: 14 }, { characterHitPoints: 8 }],
      1,
      { hitPoints: 14 },
    ],
    [
      'as much damage as was taken',
      [{ maximumHitPoints: 80, characterHitPoints: 30 }, { characterHitPoints: -50 }],
      1,
      { hitPoints: 30 },
    ],
    [
      'from hit points and temporary ones what came from them',
      [{ characterHitPoints: 10, temporaryHitPoints: 5 }, { characterHitPoints: -7 }],
      1,
      { hitPoints: 10, temporaryHitPoints: 5 },
    ],
    [
      'after more has happened',
      [
        { maximumHitPoints: 20, characterHitPoints: 14 },
        { characterHitPoints: 8 },
        { characterHitPoints: -5 },
      ],
      1,
      { hitPoints: 9 },
    ],
    [
      'the first maximum, with the debt that it forgave',
      [{ characterHitPoints: -5 }, { maximumHitPoints: 10 }],
      1,
      { hitPoints: -5, maximumHitPoints: null },
    ],
    [
      'a higher maximum and the healing that came with it',
      [
        { maximumHitPoints: 15, characterHitPoints: 15 },
        { maximumHitPoints: 20, characterHitPoints: 5 },
      ],
      1,
      { hitPoints: 15, maximumHitPoints: 15 },
    ],
    [
      'a name, a maximum and a place in the list',
      [{ maximumHitPoints: 9 }, { characterName: 'Merlin', maximumHitPoints: 12, archived: true }],
      1,
      { name, maximumHitPoints: 9, archived: false },
    ],
    [
      'but not what a later event set again',
      [
        { maximumHitPoints: 9 },
        { characterName: 'Merlin', maximumHitPoints: 12, archived: true },
        { characterName: 'Nimue', maximumHitPoints: 15, archived: false },
      ],
      1,
      { name: 'Nimue', maximumHitPoints: 15, archived: false },
    ],
    ['as much experience as was lost', [{ experience: 10 }, { experience: -50 }], 1, { experience: 10 }],
    [
      'all that the first event said but the name',
      [{ maximumHitPoints: 9, characterHitPoints: 9, temporaryHitPoints: 3, experience: 7, archived: true }],
      0,
      { name, hitPoints: 0, temporaryHitPoints: 0, maximumHitPoints: null, experience: 0, archived: false },
    ],
  ])('%s', (_, history, version, state) => {
    expect(afterUndo(history, version)).toMatchObject(state);
  });

  const what = ({
    name,
    hitPoints,
    temporaryHitPoints,
    maximumHitPoints,
    experience,
    archived,
  }: CharacterState) => ({
    name,
    hitPoints,
    temporaryHitPoints,
    maximumHitPoints,
    experience,
    archived,
  });

  test('right after any event of any history, exactly, and so does an undo of the undo', () => {
    const histories = fc.array(sayings, { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(histories, (history) => {
        const [after, before] = statesOf(history).toReversed();
        if (after === undefined || before === undefined) throw new RangeError('Expected two events.');
        const back = undone({ before, after }, after);
        expect(what(back)).toEqual(what(before));
        expect(what(undone({ before: after, after: back }, back))).toEqual(what(after));
      }),
      { numRuns: 2_000 },
    );
  });
});
