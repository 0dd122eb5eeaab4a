/** Wakes everyone who waits at the moment it rings. */
export type Bell = {
  readonly ring: () => void;
  /** Resolves when it rings next, or when the signal is aborted. */
  readonly next: (signal: AbortSignal) => Promise<void>;
};

/** A bell that nobody waits for yet. */
export function createBell(): Bell {
  let waiting = new Set<() => void>();
  return {
    ring: () => {
      const woken = waiting;
      waiting = new Set();
      for (const wake of woken) wake();
    },
    next: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = () => {
          waiting.delete(wake);
          resolve();
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(wake);
      }),
  };
}
