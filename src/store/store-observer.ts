import type { EventTable } from './event-table.ts';
import type { FaultCode } from './faults.ts';

/** A verb of the table that is counted and traced. */
export type TableVerb = Exclude<keyof EventTable, 'close'>;

/** How a call of the table ended. */
export type TableResult = 'answered' | 'inserted' | 'taken' | FaultCode;

/** A call of the database with all the attempts that the SDK made of it. */
export type DatabaseCall = {
  /** Such as `PutItem`. */
  readonly operation: string;
  readonly result: 'answered' | FaultCode;
  /** How often it was sent, 1 without a retry. */
  readonly attempts: number;
  /** As the database told it; it tells nothing with a failure. */
  readonly capacityUnits: number;
};

/** Is told what the store does, to count it. What it does itself is quick, and throws nothing. */
export type StoreObserver = {
  readonly tableCalled: (verb: TableVerb, result: TableResult, seconds: number) => void;
  readonly databaseCalled: (call: DatabaseCall) => void;
  /** The answer to an insert was lost, and now it is known what became of it, or that nobody knows. */
  readonly ambiguityResolved: (fate: 'stored' | 'taken' | 'unknown') => void;
};
