/** The colours of an id, the same in every browser. White letters can be read on each of them. */
export function coatOf(id: string): { readonly hue: number; readonly light: number } {
  // FNV-1a, 32 bits: ids that differ in one letter get colours that differ.
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  const mixed = (hash ^ (hash >>> 15)) >>> 0;
  return { hue: (mixed % 24) * 15, light: 22 + (Math.floor(mixed / 24) % 2) * 8 };
}

/** Up to two letters for a name, and the number that it ends with: `Dana Fleetfoot` gives DF, `Goblin 12` G12. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/[\s_-]+/u);
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  const first = initialOf(words[0] ?? '');
  return /^\p{Nd}{1,3}$/u.test(last) ? `${first}${last}` : `${first}${initialOf(last)}`;
}

/** The first letter with its accents, or whatever the word begins with. */
function initialOf(word: string): string {
  const letter = /[\p{L}\p{N}]\p{M}*/u.exec(word)?.[0];
  return (letter ?? Array.from(word)[0] ?? '').toLocaleUpperCase('en');
}

/** A picture of a character made of nothing but its id and name: a colour that stays, and initials. */
export function Portrait(props: { readonly id: string; readonly name: string }) {
  const { hue, light } = coatOf(props.id);
  return (
    <span
      class="portrait"
      aria-hidden="true"
      translate={false}
      style={{ '--hue': hue, '--light': `${light}%` }}
    >
      {initialsOf(props.name)}
    </span>
  );
}
