type Named = { readonly id: string; readonly name: string };

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
 * Names for characters that are created together: one keeps the name that was typed, several get numbers after it,
 * which go on after those in `shown`.
 */
export function namesOf(typed: string, count: number, shown: readonly string[]): readonly string[] {
  if (count === 1) return [typed];
  const taken = shown.flatMap((name) => {
    if (name === typed) return [1];
    const number = name.startsWith(`${typed} `) ? name.slice(typed.length + 1) : '';
    return /^\d{1,6}$/.test(number) ? [Number(number)] : [];
  });
  const last = taken.reduce((most, number) => Math.max(most, number), 0);
  return Array.from({ length: count }, (_, index) => `${typed} ${last + index + 1}`);
}
