import fc from 'fast-check';
import type { Saying } from './fold-vectors.ts';

const orLeftOut = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 });

/** What an event may say, small enough for hit points to meet 0 and the maximum often. */
export const sayings: fc.Arbitrary<Saying> = fc.record({
  characterName: fc.constantFrom('Morgana', 'Merlin', 'Nimue'),
  characterHitPoints: fc.integer({ min: -30, max: 30 }),
  maximumHitPoints: orLeftOut(fc.integer({ min: 1, max: 40 })),
  temporaryHitPoints: orLeftOut(fc.integer({ min: 0, max: 15 })),
  experience: orLeftOut(fc.integer({ min: -100, max: 400 })),
  archived: orLeftOut(fc.boolean()),
});
