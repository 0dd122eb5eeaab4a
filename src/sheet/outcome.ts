import type { Line, Standing } from './history.ts';

/** What came of a press. */
export type Outcome =
  | {
      readonly type: 'saved';
      readonly event: Line;
      readonly character: Standing;
      /** It was stored before, by this press or by another one with the same meaning. */
      readonly duplicate: boolean;
    }
  /** The id of the new character belongs to another one. */
  | { readonly type: 'taken' }
  /** The server says no, and would say it again. */
  | { readonly type: 'refused'; readonly advice: string }
  /** It may be sent again. */
  | { readonly type: 'failed'; readonly advice: string };
