import { limits } from '../character/event.ts';

/** An idempotency key and the version of the event that holds it. */
export type HeldKey = { readonly key: string; readonly version: number };

/**
 * The idempotency keys of a stream's newest events. A value that never changes, made so that a lookup touches few
 * keys and one more key copies few: those of the newest events are a short list, all others a map, which the values
 * after it share until the list is full. With one list of 100 keys, lookups took 4 % of an embedded append's CPU.
 */
export type IdempotencyKeys = {
  /** Ascending by version. */
  readonly recent: readonly HeldKey[];
  /** The version of each key. Some may be older than the longest window. */
  readonly older: ReadonlyMap<string, number>;
};

/** How many keys the list takes before they go to the map. */
const recentKeys = 16;
/** The longest window in which a key is looked for: that of the first event of a full group. */
const longestWindow = limits.idempotencyWindow + limits.groupSize - 1;

/** These keys, ascending by version. The newest event that holds a key counts. */
export function idempotencyKeys(held: readonly HeldKey[]): IdempotencyKeys {
  return { recent: [], older: new Map(held.map(({ key, version }) => [key, version])) };
}

/** The keys with that of a newer event. */
export function withKey(keys: IdempotencyKeys, held: HeldKey): IdempotencyKeys {
  const recent = [...keys.recent, held];
  if (recent.length <= recentKeys) return { recent, older: keys.older };
  return idempotencyKeys(recentEnough(heldKeys({ recent, older: keys.older }), held.version));
}

/** All keys, those of the map first. */
export function heldKeys({ recent, older }: IdempotencyKeys): readonly HeldKey[] {
  return [...Array.from(older, ([key, version]) => ({ key, version })), ...recent];
}

/** How many keys are held, some of them perhaps older than the longest window. */
export function countOf({ recent, older }: IdempotencyKeys): number {
  return recent.length + older.size;
}

/** The newest version that holds the key. */
export function versionHolding({ recent, older }: IdempotencyKeys, key: string): number | undefined {
  return recent.findLast((held) => held.key === key)?.version ?? older.get(key);
}

/** The keys of the longest window of a stream whose newest version is given. */
export function recentEnough(held: readonly HeldKey[], newest: number): readonly HeldKey[] {
  return held.filter(({ version }) => version > newest - longestWindow);
}
