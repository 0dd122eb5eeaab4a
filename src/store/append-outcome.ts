import type { CharacterState } from '../character/character.ts';
import type { InputIssue } from '../character/event.ts';
import type { RecordedEvent } from './history.ts';

/** The result of an append. Only `appended` means that the event is stored. */
export type AppendOutcome =
  | {
      readonly type: 'appended';
      readonly event: RecordedEvent;
      /** The character right after the event or, for a duplicate, as it is now. */
      readonly state: CharacterState;
      /** The event had been stored before, by an append with the same key and content. */
      readonly duplicate: boolean;
    }
  | Refusal;

/** The result of appending a group. Only `appended` means that its events are stored, and then all of them are. */
export type AppendGroupOutcome =
  | {
      readonly type: 'appended';
      /** In the order they were sent. */
      readonly events: readonly RecordedEvent[];
      /** The newest states known, one for each character, in the order they first appear. */
      readonly states: readonly CharacterState[];
      /** All events had been stored before, by appends with the same keys and contents. */
      readonly duplicate: boolean;
    }
  | Refusal;

/** Why an append was refused. Nothing was stored. */
export type Refusal =
  | { readonly type: 'version_taken'; readonly event: RecordedEvent; readonly nextVersion: number }
  | VersionGap
  | { readonly type: 'key_reused'; readonly event: RecordedEvent }
  | { readonly type: 'invalid_input'; readonly issues: readonly InputIssue[] };

/** The version leaves a gap: the next free one is another. */
export type VersionGap = {
  readonly type: 'version_gap';
  readonly characterId: string;
  readonly version: number;
  readonly nextVersion: number;
};

/** Issues of one event of a group, which `index` counts from 0. */
export type IndexedIssues = {
  readonly type: 'invalid_input';
  readonly index: number;
  readonly issues: readonly InputIssue[];
};

/** The outcome of a group inside the store, where an issue knows its event by index. */
export type GroupOutcome = Exclude<AppendGroupOutcome, { type: 'invalid_input' }> | IndexedIssues;
