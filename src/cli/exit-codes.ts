/** What scripts can tell from the end of a command. */
export const exitCodes = {
  done: 0,
  /** The command was refused, or found something that is wrong. */
  refused: 1,
  /** Wrong arguments or settings. */
  wrongUsage: 2,
} as const;

/** Ends a command with `exitCodes.refused`. The message is for people; empty if the command has said it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
