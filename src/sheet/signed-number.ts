/** A change of hit points with its sign in words of print: `+5`, `−7`, `±0`. */
export function signed(change: number): string {
  if (change === 0) return '±0';
  return change > 0 ? `+${change}` : `−${-change}`;
}

/** A total of hit points as it is printed, with a true minus sign. */
export function total(hitPoints: number): string {
  return String(hitPoints).replace('-', '−');
}
