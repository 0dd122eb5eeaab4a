/** The experience that each level from 2 to 20 begins with. */
const thresholds = [
  300, 900, 2_700, 6_500, 14_000, 23_000, 34_000, 48_000, 64_000, 85_000, 100_000, 120_000, 140_000, 165_000,
  195_000, 225_000, 265_000, 305_000, 355_000,
];

/**
 * The level of a character, 1–20, by its experience, as the table "Character Advancement" of the System Reference
 * Document 5.1 has it. That document is by Wizards of the Coast LLC, under the Creative Commons Attribution 4.0
 * International License.
 *
 * @see https://dnd.wizards.com/resources/systems-reference-document
 */
export function levelOf(experience: number): number {
  return 1 + thresholds.filter((threshold) => experience >= threshold).length;
}
