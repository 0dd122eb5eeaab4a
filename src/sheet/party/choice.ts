import type { Signal } from '@preact/signals';
import type { Drafts } from '../drafts.ts';

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
