/** A counter of finished steps, on one line of the terminal. */
export type Progress = {
  readonly step: () => void;
  /** The steps so far. */
  readonly count: () => number;
  readonly end: () => void;
};

const everyMs = 200;

/** Shows progress on stderr, at most five times a second; shows nothing where that is no terminal. */
export function startProgress(
  what: string,
  terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): Progress {
  let count = 0;
  let shownAt = 0;
  const show = () => terminal.write(`\r${count} ${what}`);
  return {
    step: () => {
      count += 1;
      if (!terminal.isTTY || Date.now() - shownAt < everyMs) return;
      shownAt = Date.now();
      show();
    },
    count: () => count,
    end: () => {
      if (!terminal.isTTY) return;
      show();
      terminal.write('\n');
    },
  };
}
