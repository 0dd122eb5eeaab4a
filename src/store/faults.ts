/** The start-up check found that the server cannot work with the store as it is. The message is one sentence. */
export class UnusableStoreError extends Error {
  override readonly name = 'UnusableStoreError';
}
