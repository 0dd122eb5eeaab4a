import type { StandingFragment as Standing } from '../generated/operations.ts';
import { type AmountButton, entryOf, readAmount } from '../hit-points.ts';
import type { Append, Appended } from '../pending-change.ts';

/** A character that was chosen. `half`: it saved, and takes half the damage. */
export type Target = {
  readonly standing: Standing;
  /** The name that it is shown under. */
  readonly name: string;
  readonly half: boolean;
};

/** What can be done to those that were chosen. */
export type Deed = AmountButton | 'experience' | 'maximum' | 'put away';

/** The command for a deed, or what to type instead. */
export type FightEntry = Append | { readonly type: 'unclear'; readonly advice: string };

/** One command appends so many events. */
const mostTargets = 100;
const largestMaximum = 1_000_000;

type Change = Appended['change'];
type Unclear = Extract<FightEntry, { readonly type: 'unclear' }>;

/** What a deed with a typed amount and a note appends to each of those that were chosen, in one command. */
export function fightEntry(
  targets: readonly Target[],
  typed: string,
  deed: Deed,
  typedNote: string,
): FightEntry {
  if (targets.length > mostTargets) {
    return unclear(`Choose at most ${mostTargets} characters at a time; these are ${targets.length}.`);
  }
  const note = typedNote.trim();
  const events: Appended[] = [];
  for (const target of targets) {
    const { standing, name } = target;
    const change = changeOf(target, typed, deed);
    if ('advice' in change) return change;
    events.push({
      characterId: standing.id,
      name,
      seenVersion: standing.version,
      change: { ...change, ...(note === '' ? {} : { note }) },
    });
  }
  const [first, ...others] = events;
  return first === undefined
    ? unclear('Choose at least one character.')
    : { type: 'append', events: [first, ...others] };
}

function changeOf({ standing, half }: Target, typed: string, deed: Deed): Change | Unclear {
  switch (deed) {
    case 'put away':
      return { archived: true };
    case 'experience':
      return experienceOf(standing, typed);
    case 'maximum':
      return maximumOf(typed);
    case 'temporary': {
      const entry = entryOf(typed, deed, standing);
      return entry.type === 'unclear' ? entry : { temporaryHitPoints: entry.temporaryHitPoints ?? 0 };
    }
    default: {
      const entry = entryOf(typed, deed, standing);
      if (entry.type === 'unclear') return entry;
      const { characterHitPoints, temporaryHitPoints } = entry;
      const halved = half && readAmount(typed).type === 'amount' && characterHitPoints < 0;
      return {
        characterHitPoints: halved ? 0 - Math.floor(-characterHitPoints / 2) : characterHitPoints,
        ...(temporaryHitPoints === undefined ? {} : { temporaryHitPoints }),
      };
    }
  }
}

function experienceOf(standing: Standing, typed: string): Change | Unclear {
  const amount = readAmount(typed);
  if (amount.type === 'unclear') return unclear('Type experience as a whole number, for instance 300.');
  if (amount.type === 'total') return { experience: amount.total - standing.experience };
  return { experience: amount.sign === '−' ? -amount.size : amount.size };
}

function maximumOf(typed: string): Change | Unclear {
  const amount = readAmount(typed);
  const maximum =
    amount.type === 'total' ? amount.total : amount.type === 'amount' && amount.sign === '' ? amount.size : 0;
  return maximum >= 1 && maximum <= largestMaximum
    ? { maximumHitPoints: maximum }
    : unclear('Type the maximum of hit points as a whole number from 1, for instance 58.');
}

function unclear(advice: string): Unclear {
  return { type: 'unclear', advice };
}
