import type { InputIssue } from './event.ts';

/** Format characters, and others that have no glyph of their own. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Emoji, with the invisible characters that belong to them: joiners, variation selectors, tags of flags. Simpler than
 * `RGI_Emoji`, which knows no emoji that is younger than Node.
 *
 * @see https://www.unicode.org/reports/tr51/#EBNF_and_Regex
 */
const emoji =
  /[\d#*]\uFE0F\u20E3|\u{1F3F4}[\u{E0061}-\u{E007A}]{5}\u{E007F}|\p{ExtPict}(?:\p{EMod}|[\uFE0E\uFE0F])?(?:\u200D\p{ExtPict}(?:\p{EMod}|[\uFE0E\uFE0F])?)*/gu;

/**
 * What keeps an id from naming a new character, since people would take it for another one: blanks around it, and
 * invisible characters outside of emoji. Characters that have such an id already go on.
 */
export function newCharacterIdIssues(id: string): readonly InputIssue[] {
  const hidden = invisible.exec(id.replace(emoji, ''))?.[0].codePointAt(0);
  return [
    ...(id === id.trim() ? [] : [issue('blanks around it', JSON.stringify(id))]),
    ...(hidden === undefined ? [] : [issue('invisible characters', `U+${hex(hidden)}`)]),
  ];
}

function issue(without: string, arrived: string): InputIssue {
  const message = `Expected the id of a new character without ${without}, got ${arrived}.`;
  return { path: ['characterId'], message };
}

function hex(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0');
}
