type Named = { readonly id: string; readonly name: string };

/** Anything but separators, controls, marks without a letter, and letters that are drawn as blanks. */
const visible = /[^\p{Z}\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/** Whether there is something to see of a name. Other programs may give one of nothing but blanks. */
export function isVisible(name: string): boolean {
  return visible.test(name);
}

/** What a character is called on the page: its name, or its id where the name has nothing to see. */
export function shownName({ id, name }: Named): string {
  return isVisible(name) ? name : id;
}

/** The number that tells a character from others of its name. */
export type Numbered = { readonly name: string; readonly number: number };

/**
 * Numbers for characters that share a name, by the id: the oldest is 1. `characters` are the newest first. Whoever has
 * a number keeps it as long as its name stays, also when it is the last of them; a number that is part of another
 * character's name is left out.
 */
export function numbered(
  characters: readonly Named[],
  before: ReadonlyMap<string, Numbered>,
): ReadonlyMap<string, Numbered> {
  const names = new Set(characters.map(({ name }) => name));
  const numbers = new Map<string, Numbered>();
  for (const { id, name } of characters) {
    const kept = before.get(id);
    if (kept?.name === name) numbers.set(id, kept);
  }
  const alike = new Map<string, Named[]>();
  for (const each of characters) alike.set(each.name, [each, ...(alike.get(each.name) ?? [])]);
  for (const [name, oldestFirst] of alike) {
    if (oldestFirst.length < 2) continue;
    const taken = new Set(oldestFirst.flatMap(({ id }) => numbers.get(id)?.number ?? []));
    let number = 1;
    for (const { id } of oldestFirst) {
      if (numbers.has(id)) continue;
      while (taken.has(number) || names.has(`${name} ${number}`)) number += 1;
      taken.add(number);
      numbers.set(id, { name, number });
    }
  }
  return numbers;
}

/** A name without the number that it ends with: of `Goblin 3` it is `Goblin`. */
export function kindOf(name: string): string {
  return name.replace(/\s+\p{Nd}+$/u, '');
}

/**
 * Names for characters that are created together. One keeps the name that was typed, unless it is shown already; several
 * get numbers after it, which go on after those in `shown`. What is stored tells them apart on every page.
 */
export function namesOf(typed: string, count: number, shown: readonly string[]): readonly string[] {
  if (count === 1 && !shown.includes(typed)) return [typed];
  const taken = shown.flatMap((name) => {
    if (name === typed) return [1];
    const number = name.startsWith(`${typed} `) ? name.slice(typed.length + 1) : '';
    return /^\d{1,6}$/.test(number) ? [Number(number)] : [];
  });
  const last = taken.reduce((most, number) => Math.max(most, number), 0);
  return Array.from({ length: count }, (_, index) => `${typed} ${last + index + 1}`);
}

const longestSlug = 60;

/** An id that can be read and typed, made of a name: `Dana Fleetfoot` gives `dana-fleetfoot`. */
export function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const slug = Array.from(words.join('-')).slice(0, longestSlug).join('').replace(/-$/, '');
  return slug === '' ? 'character' : slug;
}

/** The same id with a short ending, for when it is taken. `random` is any text of letters and digits. */
export function withSuffix(slug: string, random: string): string {
  return `${slug}-${random.slice(0, 4)}`;
}
