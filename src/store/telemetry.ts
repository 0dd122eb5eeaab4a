import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { isTraced, tracer } from '../tracing.ts';
import { type FaultCode, StoreFault } from './errors.ts';
import type { EventTable } from './event-table.ts';

/** A verb of the table that is counted and traced. */
export type TableVerb = Exclude<keyof EventTable, 'readsAtOneMoment' | 'close'>;

/** How a call of the table ended. */
export type TableResult = 'answered' | 'inserted' | 'taken' | FaultCode;

/** A call of the database with all its attempts. */
export type DatabaseCall = {
  /** Such as `PutItem`. */
  readonly operation: string;
  readonly result: 'answered' | FaultCode;
  /** How often it was sent, 1 without a retry. */
  readonly attempts: number;
  /** As the database reported it; it reports none with a failure. */
  readonly capacityUnits: number;
};

/** Counts what the store does. Each method is quick and never throws. */
export type StoreTelemetry = {
  readonly tableCalled: (verb: TableVerb, result: TableResult, seconds: number) => void;
  readonly databaseCalled: (call: DatabaseCall) => void;
  /** The answer to an insert was lost; reading the table back showed this, or could not be done. */
  readonly ambiguityResolved: (fate: 'stored' | 'taken' | 'unknown') => void;
};

/** The table, measured: every call is counted with its duration and, where the program is traced, is a span. */
export function measuredTable(table: EventTable, telemetry: Pick<StoreTelemetry, 'tableCalled'>): EventTable {
  const measured = <Answer>(
    verb: TableVerb,
    call: () => Promise<Answer>,
    resultOf: (answer: Answer) => TableResult = () => 'answered',
  ): Promise<Answer> => {
    const run = async (span?: Span) => {
      const start = performance.now();
      let result: TableResult = 'INTERNAL_SERVER_ERROR';
      try {
        const answer = await call();
        result = resultOf(answer);
        return answer;
      } catch (error) {
        if (error instanceof StoreFault) result = error.code;
        span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.setAttribute('error.type', result);
        throw error;
      } finally {
        span?.setAttribute('event_table.result', result);
        span?.end();
        telemetry.tableCalled(verb, result, (performance.now() - start) / 1_000);
      }
    };
    if (!isTraced) return run();
    return tracer.startActiveSpan(`EventTable.${verb}`, { attributes: { 'event_table.verb': verb } }, run);
  };
  return {
    insert: (...args) =>
      measured(
        'insert',
        () => table.insert(...args),
        ({ type }) => type,
      ),
    query: (...args) => measured('query', () => table.query(...args)),
    get: (...args) => measured('get', () => table.get(...args)),
    directory: (...args) => measured('directory', () => table.directory(...args)),
    ping: (...args) => measured('ping', () => table.ping(...args)),
    ...(table.readsAtOneMoment && { readsAtOneMoment: true }),
    close: table.close,
  };
}
