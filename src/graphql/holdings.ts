/** What each caller holds of something that is counted, such as open subscriptions. */
export type Holdings = {
  /** Takes more for a caller. Gives what returns it, to be called once; `undefined` if that would be too much. */
  readonly take: (caller: string, amount: number) => (() => void) | undefined;
};

/** Nothing is held yet, and by no caller ever more than `most`. */
export function createHoldings(most: number): Holdings {
  const held = new Map<string, number>();
  const add = (caller: string, amount: number): void => {
    const sum = (held.get(caller) ?? 0) + amount;
    if (sum === 0) held.delete(caller);
    else held.set(caller, sum);
  };
  return {
    take: (caller, amount) => {
      if ((held.get(caller) ?? 0) + amount > most) return undefined;
      add(caller, amount);
      return () => add(caller, -amount);
    },
  };
}
