/** A place where the page keeps texts by name. Keeping is best effort: what cannot be kept is lost with the page. */
export type PageStorage = {
  /** The value that was kept under a name; undefined if there is none, or none that can be read. */
  readonly kept: (name: string) => unknown;
  /** Keeps a value that JSON can hold; undefined removes it. */
  readonly keep: (name: string, value: unknown) => void;
};

/** The storage of this tab, which outlives a reload. */
export const tabStorage = storageOf(() => globalThis.sessionStorage);

/** The storage of this browser, which outlives the tab. */
export const deviceStorage = storageOf(() => globalThis.localStorage);

/**
 * Any access may throw: a browser may forbid the storage, have none, or have no room left. And anyone may have
 * written what is in it.
 */
export function storageOf(storage: () => Storage | null): PageStorage {
  return {
    kept: (name) => {
      try {
        const text = storage()?.getItem(name) ?? null;
        return text === null ? undefined : JSON.parse(text);
      } catch {
        return undefined;
      }
    },
    keep: (name, value) => {
      try {
        if (value === undefined) storage()?.removeItem(name);
        else storage()?.setItem(name, JSON.stringify(value));
      } catch {
        // The page works on without.
      }
    },
  };
}
