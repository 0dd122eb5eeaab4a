import type { PressStorage } from './press.ts';

/** The `sessionStorage`, or, where the browser forbids it, a memory that does not outlive a reload. */
export function tabStorage(): PressStorage {
  try {
    return sessionStorage;
  } catch {
    const memory = new Map<string, string>();
    return {
      getItem: (name) => memory.get(name) ?? null,
      setItem: (name, text) => memory.set(name, text),
      removeItem: (name) => memory.delete(name),
    };
  }
}
