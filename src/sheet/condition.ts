/** How a character looks to the others at the table, and how much of its bar is filled, 0–100. */
export type Condition = { readonly word: string; readonly percent: number };

/** The condition of so many hit points, measured against the highest total so far. */
export function conditionOf(hitPoints: number, highestHitPoints: number): Condition {
  if (hitPoints <= 0) return { word: 'down', percent: 0 };
  const percent = (100 * hitPoints) / highestHitPoints;
  if (percent >= 100) return { word: 'unhurt', percent: 100 };
  if (percent > 50) return { word: 'hurt', percent };
  return { word: percent > 25 ? 'badly hurt' : 'near the end', percent };
}
