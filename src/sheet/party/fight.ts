import type { Signal } from '@preact/signals';
import type { Drafts } from '../drafts.ts';
import type { StandingFragment as Standing } from '../generated/operations.ts';
import { type AmountButton, conditionOf, entryOf, readAmount } from '../hit-points.ts';
import { kindOf } from '../names.ts';
import type { Append, Appended } from '../pending-change.ts';

/** Who was chosen, in that order. */
export type Choice = readonly Chosen[];

/** A character that was chosen. `half`: it saved, and takes half the damage. */
export type Chosen = { readonly id: string; readonly half: boolean };

const nobody: Choice = [];

/** The choice of this page, which outlives the view and a reload. */
export function choiceOf(drafts: Drafts): Signal<Choice> {
  return drafts.draft<Choice>('party choice', nobody, readChoice);
}

/** With a character that was not chosen, or without it. */
export function toggled(choice: Choice, id: string): Choice {
  const others = choice.filter((chosen) => chosen.id !== id);
  if (others.length === choice.length) return [...choice, { id, half: false }];
  return others.length === 0 ? nobody : others;
}

/** With half the damage for a character that was chosen, or with all of it. */
export function halved(choice: Choice, id: string): Choice {
  return choice.map((chosen) => (chosen.id === id ? { ...chosen, half: !chosen.half } : chosen));
}

/** With all of these, whoever was chosen before. */
export function withAll(choice: Choice, ids: readonly string[]): Choice {
  const known = new Set(choice.map(({ id }) => id));
  return [...choice, ...ids.filter((id) => !known.has(id)).map((id) => ({ id, half: false }))];
}

/** Nobody chosen. */
export function cleared(): Choice {
  return nobody;
}

function readChoice(kept: unknown): Choice | undefined {
  return Array.isArray(kept) && kept.every(isChosen) ? kept : undefined;
}

function isChosen(value: unknown): value is Chosen {
  if (typeof value !== 'object' || value === null) return false;
  return 'id' in value && typeof value.id === 'string' && 'half' in value && typeof value.half === 'boolean';
}

/** A character that can be chosen, under the name that it is shown with. */
export type Candidate = { readonly standing: Standing; readonly name: string };

/** A candidate that was chosen. `half`: it saved, and takes half the damage. */
export type Target = Candidate & { readonly half: boolean };

/** Those of the choice that are still here. */
export function targetsOf(choice: Choice, characters: readonly Candidate[]): readonly Target[] {
  const here = new Map(characters.map((each) => [each.standing.id, each]));
  return choice.flatMap(({ id, half }) => {
    const character = here.get(id);
    return character === undefined ? [] : [{ ...character, half }];
  });
}

/** The kind of one that was chosen, the last such, if more of it are on their feet and not chosen. */
export function othersAlike(targets: readonly Target[], characters: readonly Candidate[]) {
  const chosen = new Set(targets.map(({ standing }) => standing.id));
  for (const target of targets.slice().reverse()) {
    const kind = kindOf(target.name);
    const ids = characters
      .filter(({ name, standing }) => {
        const isUp = conditionOf(standing).word !== 'down';
        return kindOf(name) === kind && (isUp || chosen.has(standing.id));
      })
      .map(({ standing }) => standing.id);
    if (ids.some((id) => !chosen.has(id))) return { kind, count: ids.length, ids };
  }
  return undefined;
}

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
