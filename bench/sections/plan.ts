/** How long is measured. */
export type Plan = {
  readonly rounds: number;
  /** Of one contestant in one round. */
  readonly milliseconds: number;
};
