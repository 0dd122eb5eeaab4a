/** Counts on one line of the terminal how far long work has come. */
export type Progress = { readonly step: () => void; readonly end: () => void };

const everyMs = 200;

/** A progress display on stderr; nothing where that is no terminal. */
export function startProgress(what: string): Progress {
  const { stderr } = process;
  let count = 0;
  let shownAt = 0;
  const show = () => stderr.write(`\r${count} ${what}`);
  return {
    step: () => {
      count += 1;
      if (!stderr.isTTY || Date.now() - shownAt < everyMs) return;
      shownAt = Date.now();
      show();
    },
    end: () => {
      if (!stderr.isTTY) return;
      show();
      stderr.write('\n');
    },
  };
}
