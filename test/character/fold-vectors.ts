import type { CharacterState } from '../../src/character/character.ts';
import type { CharacterEvent } from '../../src/character/event.ts';

/** What an event says; what it leaves out stays. */
export type Saying = Partial<
  Pick<
    CharacterEvent,
    | 'characterName'
    | 'characterHitPoints'
    | 'maximumHitPoints'
    | 'temporaryHitPoints'
    | 'experience'
    | 'archived'
    | 'reverts'
  >
>;

/** A history, by what its events say, and what the character is after it. */
export type FoldVector = {
  readonly rule: string;
  readonly events: readonly Saying[];
  readonly state: Partial<CharacterState>;
};

/** The rules of the fold as data. */
export const foldVectors: readonly FoldVector[] = [
  {
    rule: 'damage is taken from temporary hit points alone while there are enough',
    events: [{ characterHitPoints: 6 }, { temporaryHitPoints: 7 }, { characterHitPoints: -4 }],
    state: { hitPoints: 6, temporaryHitPoints: 3 },
  },
  {
    rule: 'damage beyond temporary hit points is taken from hit points',
    events: [{ characterHitPoints: 10 }, { temporaryHitPoints: 5 }, { characterHitPoints: -7 }],
    state: { hitPoints: 8, temporaryHitPoints: 0 },
  },
  {
    rule: 'healing stops at the maximum',
    events: [{ maximumHitPoints: 20, characterHitPoints: 14 }, { characterHitPoints: 8 }],
    state: { hitPoints: 20, maximumHitPoints: 20 },
  },
  {
    rule: 'damage stops at 0 where there is a maximum, so healing begins there',
    events: [
      { maximumHitPoints: 12, characterHitPoints: 3 },
      { characterHitPoints: -9 },
      { characterHitPoints: 5 },
    ],
    state: { hitPoints: 5 },
  },
  {
    rule: 'temporary hit points do not wake who lies at 0',
    events: [{ maximumHitPoints: 12 }, { temporaryHitPoints: 8 }],
    state: { hitPoints: 0, temporaryHitPoints: 8 },
  },
  {
    rule: 'healing goes to hit points alone',
    events: [{ maximumHitPoints: 12 }, { temporaryHitPoints: 8 }, { characterHitPoints: 5 }],
    state: { hitPoints: 5, temporaryHitPoints: 8 },
  },
  {
    rule: 'hit points come down to a lower maximum',
    events: [{ maximumHitPoints: 20, characterHitPoints: 18 }, { maximumHitPoints: 15 }],
    state: { hitPoints: 15, maximumHitPoints: 15 },
  },
  {
    rule: 'a maximum that is set counts before the change of the same event',
    events: [
      { maximumHitPoints: 20, characterHitPoints: 18 },
      { maximumHitPoints: 15, characterHitPoints: -3 },
    ],
    state: { hitPoints: 12 },
  },
  {
    rule: 'hit points come up to 0 when a maximum is set',
    events: [{ characterHitPoints: -5 }, { maximumHitPoints: 10 }],
    state: { hitPoints: 0, maximumHitPoints: 10 },
  },
  {
    rule: 'a higher maximum heals nobody',
    events: [{ maximumHitPoints: 10, characterHitPoints: 10 }, { maximumHitPoints: 20 }],
    state: { hitPoints: 10, maximumHitPoints: 20 },
  },
  {
    rule: 'temporary hit points may exceed the maximum',
    events: [{ maximumHitPoints: 4, characterHitPoints: 4 }, { temporaryHitPoints: 50 }],
    state: { hitPoints: 4, temporaryHitPoints: 50 },
  },
  {
    rule: 'temporary hit points that are set replace those that are left, after the damage of the same event',
    events: [
      { characterHitPoints: 10, temporaryHitPoints: 5 },
      { characterHitPoints: -7, temporaryHitPoints: 3 },
    ],
    state: { hitPoints: 8, temporaryHitPoints: 3 },
  },
  {
    rule: 'temporary hit points can be taken away',
    events: [{ characterHitPoints: 10, temporaryHitPoints: 5 }, { temporaryHitPoints: 0 }],
    state: { hitPoints: 10, temporaryHitPoints: 0 },
  },
  {
    rule: 'without a maximum hit points are the plain sum',
    events: [{ characterHitPoints: 8 }, { characterHitPoints: -20 }, { characterHitPoints: 5 }],
    state: { hitPoints: -7, highestHitPoints: 8, maximumHitPoints: null, temporaryHitPoints: 0 },
  },
  {
    rule: 'a maximum of 0 is none from here on, as where an event that set the first one is taken back',
    events: [
      { characterHitPoints: -5 },
      { maximumHitPoints: 10 },
      { maximumHitPoints: 0, characterHitPoints: -5, reverts: 1 },
    ],
    state: { hitPoints: -5, maximumHitPoints: null },
  },
  {
    rule: 'an event that takes another back changes hit points past the temporary ones',
    events: [
      { characterHitPoints: 4, temporaryHitPoints: 9 },
      { characterHitPoints: 3 },
      { characterHitPoints: -3, reverts: 1 },
    ],
    state: { hitPoints: 4, temporaryHitPoints: 9 },
  },
  {
    rule: 'experience is a sum, never below 0',
    events: [{ experience: 300 }, { experience: -500 }, { experience: 900 }],
    state: { experience: 900 },
  },
  {
    rule: 'what an event leaves out stays',
    events: [{ maximumHitPoints: 9, temporaryHitPoints: 2, experience: 10, archived: true }, {}],
    state: { maximumHitPoints: 9, temporaryHitPoints: 2, experience: 10, archived: true },
  },
  {
    rule: 'who was put away can come back',
    events: [{ archived: true }, { archived: false }],
    state: { archived: false },
  },
];
