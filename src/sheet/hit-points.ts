/** A change of hit points with its sign in words of print: `+5`, `−7`, `±0`. */
export function signed(change: number): string {
  if (change === 0) return '±0';
  return change > 0 ? `+${change}` : `−${-change}`;
}

/** A total of hit points as it is printed, with a true minus sign. */
export function total(hitPoints: number): string {
  return String(hitPoints).replace('-', '−');
}

/** A total in words: `1 hit point`, `−3 hit points`. */
export function hitPointWords(hitPoints: number): string {
  return `${total(hitPoints)} ${Math.abs(hitPoints) === 1 ? 'hit point' : 'hit points'}`;
}

/** What of a character its bar and its condition depend on. */
export type HitPoints = {
  readonly hitPoints: number;
  readonly highestHitPoints: number;
  readonly maximumHitPoints: number | null;
};

/** What hit points are measured against: the maximum, or the highest total so far where none is set. */
export function fullHitPoints({ highestHitPoints, maximumHitPoints }: HitPoints): number {
  return maximumHitPoints ?? highestHitPoints;
}

/** How a character looks to the others at the table. */
export type Condition = 'unhurt' | 'hurt' | 'badly hurt' | 'near the end' | 'down';

/** The condition of a character, and how much of its bar is filled, 0–100. Above 0 something of it is seen. */
export function conditionOf(character: HitPoints): { readonly word: Condition; readonly percent: number } {
  const { hitPoints } = character;
  if (hitPoints <= 0) return { word: 'down', percent: 0 };
  const percent = (100 * hitPoints) / fullHitPoints(character);
  if (percent >= 100) return { word: 'unhurt', percent: 100 };
  const seen = Math.max(2, percent);
  if (percent > 50) return { word: 'hurt', percent: seen };
  return { word: percent > 25 ? 'badly hurt' : 'near the end', percent: seen };
}

/** A number that was typed: without a sign it is for the button to say what it means. `=20` is the total wanted. */
export type TypedAmount =
  | { readonly type: 'amount'; readonly sign: '+' | '−' | ''; readonly size: number }
  | { readonly type: 'total'; readonly total: number }
  | { readonly type: 'unclear'; readonly advice: string };

const largest = 1_000_000;
const term = String.raw`\d{1,3}(?:[,.'’٬\u0020]\d{3})+|\d+`;
const sum = new RegExp(`^(?<first>[+-]?(?:${term}))(?<others>(?:[+-](?:${term}))*)$`);

/** Reads `7`, `+5`, `-7`, `=20` and sums such as `-3-4`, in the digits of any script, also as `1,000`. */
export function readAmount(typed: string): TypedAmount {
  const plain = plainDigits(typed);
  const wanted = /^=(?<total>.+)$/.exec(plain)?.groups?.['total'];
  const value = sumOf(wanted ?? plain);
  if (value === undefined) return unclear('Type a whole number, for instance 7, +5, -7 or =20.');
  if (Math.abs(value) > largest) return unclear(`Type a number up to ${largest}.`);
  if (wanted !== undefined) return { type: 'total', total: value };
  if (/^[+-]/.test(plain)) return { type: 'amount', sign: value < 0 ? '−' : '+', size: Math.abs(value) };
  return value < 0 ? { type: 'amount', sign: '−', size: -value } : { type: 'amount', sign: '', size: value };
}

function sumOf(text: string): number | undefined {
  if (!sum.test(text)) return undefined;
  const terms = text.match(new RegExp(`[+-]?(?:${term})`, 'g')) ?? [];
  return terms.reduce((result, each) => result + Number(each.replace(/[^\d+-]/g, '')), 0);
}

/**
 * The text with the digits 0–9, `+` and `-` in place of other scripts' and print's, and single spaces inside alone. Of
 * `5²` and `1½` no digits are made: they would read as 52 and 112.
 */
function plainDigits(typed: string): string {
  return typed
    .replace(/\P{No}+/gu, (part) => part.normalize('NFKC'))
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)))
    .replace(/[−–—‒―]/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/ ?([=+-]) ?/g, '$1')
    .trim();
}

/** The digits of a script stand one after the other, from 0 to 9. */
function digitValue(codePoint: number): number {
  let zero = codePoint;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (codePoint - zero) % 10;
}

function unclear(advice: string): TypedAmount {
  return { type: 'unclear', advice };
}

/** What is pressed with a typed amount. Enter is `damage` for an amount without a sign. */
export type AmountButton = 'damage' | 'heal' | 'temporary' | 'enter';

/** What an amount does to a character, or what to type instead. */
export type AmountEntry =
  | {
      readonly type: 'change';
      readonly characterHitPoints: number;
      /** Undefined leaves them as the rules do. */
      readonly temporaryHitPoints: number | undefined;
    }
  | { readonly type: 'unclear'; readonly advice: string };

/** What a typed amount and a button do to a character that stands so. */
export function entryOf(
  typed: string,
  button: AmountButton,
  standing: { readonly hitPoints: number; readonly temporaryHitPoints: number },
): AmountEntry {
  const amount = readAmount(typed);
  if (amount.type === 'unclear') return amount;
  if (button === 'temporary') {
    if (amount.type === 'amount' && amount.sign !== '−') return change(0, amount.size);
    return { type: 'unclear', advice: 'Type temporary hit points as a whole number from 0, for instance 8.' };
  }
  if (amount.type === 'total') {
    const difference = amount.total - standing.hitPoints;
    // Damage would be taken from the temporary hit points first; a total says nothing of them.
    const { temporaryHitPoints } = standing;
    if (difference < 0 && temporaryHitPoints > 0)
      return change(difference - temporaryHitPoints, temporaryHitPoints);
    return change(difference);
  }
  const { sign, size } = amount;
  if (sign === '+' && button === 'damage')
    return { type: 'unclear', advice: `+${size} heals. Press Heal, or type ${size}.` };
  if (sign === '−' && button === 'heal')
    return { type: 'unclear', advice: `−${size} is damage. Press Damage, or type ${size}.` };
  const heals = sign === '+' || (sign === '' && button === 'heal');
  return change(heals || size === 0 ? size : -size);
}

function change(characterHitPoints: number, temporaryHitPoints?: number): AmountEntry {
  return { type: 'change', characterHitPoints, temporaryHitPoints };
}
