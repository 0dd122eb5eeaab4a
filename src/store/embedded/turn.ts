/**
 * A function that does the work for all who ask for it in the same turn: until the microtasks have run that are
 * queued when it is done. So reads that begin together, or writes that are answered together, share it.
 */
export function onceATurn<Result>(work: () => Result): () => Result {
  let done: { readonly result: Result } | undefined;
  return () => {
    if (done === undefined) {
      done = { result: work() };
      queueMicrotask(() => {
        done = undefined;
      });
    }
    return done.result;
  };
}
