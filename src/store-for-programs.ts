// What `import … from 'character-event-store'` gives a program: the event store and its tables, without HTTP.
export type { CharacterState } from './character/character.ts';
export type { CharacterEvent, InputIssue, NewEvent } from './character/event.ts';
export type { StoreSettings } from './config.ts';
export { type OpenTable, openTable } from './open-table.ts';
export type { AppendGroupOutcome, AppendOutcome, Refusal } from './store/append-outcome.ts';
export type { Followed } from './store/catch-up.ts';
export { isFailedCommit } from './store/embedded/write-guard.ts';
export { type FaultCode, StoreFault, UnusableStoreError } from './store/errors.ts';
export {
  createEventStore,
  type EventStore,
  type EventStoreDependencies,
  type StateAtOutcome,
} from './store/event-store.ts';
export type { EventTable, TableAdmin } from './store/event-table.ts';
export type { EventPage, PageRequest, RecordedEvent } from './store/history.ts';
export type { Revert, RevertOutcome } from './store/revert.ts';
