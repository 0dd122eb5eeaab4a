/** Repeats work while somebody is interested in it. */
export type Poller = {
  /** One more is interested, until the function that it answers with is called. */
  readonly join: () => () => void;
};

/**
 * A poller that waits so many milliseconds after each round. A round that fails is no end: `onFailure` is told
 * of the first failure in a row.
 */
export function createPoller(
  everyMs: number,
  round: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Poller {
  let interested = 0;
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;

  async function poll(): Promise<void> {
    try {
      await round();
      isFailing = false;
    } catch (error) {
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
    schedule();
  }

  function schedule(): void {
    timer = interested === 0 ? undefined : setTimeout(() => void poll(), everyMs);
  }

  return {
    join: () => {
      interested += 1;
      if (timer === undefined) schedule();
      return () => {
        interested -= 1;
      };
    },
  };
}
