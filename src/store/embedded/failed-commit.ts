/**
 * Whether an error is that of a failed commit of LMDB. With it lmdb rejects what was inserted and also a promise of
 * its own that no other code can reach: a process with an embedded store has to expect it as an unhandled
 * rejection. A file of its own, so that a process can ask without loading lmdb.
 */
export function isFailedCommit(error: unknown): error is Error & { readonly commitError: unknown } {
  return error instanceof Error && 'commitError' in error;
}
