import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { EventTable } from './event-table.ts';
import { StoreFault } from './faults.ts';
import type { StoreObserver, TableResult, TableVerb } from './store-observer.ts';
import { isTraced, tracer } from './tracing.ts';

/** The table, which tells an observer of every call and, where the program is traced, makes a span of it. */
export function observedTable(table: EventTable, observer: Pick<StoreObserver, 'tableCalled'>): EventTable {
  const observed = <Answer>(
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
        observer.tableCalled(verb, result, (performance.now() - start) / 1_000);
      }
    };
    if (!isTraced) return run();
    return tracer.startActiveSpan(`EventTable.${verb}`, { attributes: { 'event_table.verb': verb } }, run);
  };
  return {
    insert: (...args) =>
      observed(
        'insert',
        () => table.insert(...args),
        ({ type }) => type,
      ),
    query: (...args) => observed('query', () => table.query(...args)),
    get: (...args) => observed('get', () => table.get(...args)),
    directory: (...args) => observed('directory', () => table.directory(...args)),
    ping: (...args) => observed('ping', () => table.ping(...args)),
    close: table.close,
  };
}
