import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Operation, OperationMetrics } from './graphql/telemetry.ts';
import type { MetricsPage } from './http/pages.ts';
import type { WebSocketMetrics } from './http/web-socket.ts';
import type { StoreTelemetry } from './store/telemetry.ts';

/** The counters of each layer, and the page that shows them all. */
export type Metrics = {
  readonly store: StoreTelemetry;
  readonly operations: OperationMetrics;
  readonly webSockets: WebSocketMetrics;
  readonly page: MetricsPage;
};

const secondsOfOperations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counters in a registry of their own. Every label has few values, none of which a caller makes up: names of the
 * schema, of verbs, of codes.
 *
 * @see https://prometheus.io/docs/practices/naming/
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  // The precision, in milliseconds, is the period of a timer.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  return {
    store: storeMetrics(registry),
    operations: operationMetrics(registry),
    webSockets: webSocketMetrics(registry),
    page: { contentType: registry.contentType, text: () => registry.metrics() },
  };
}

function operationMetrics(registry: Registry): OperationMetrics {
  const registers = [registry];
  const results = new Counter({
    name: 'graphql_root_fields_total',
    help: 'Root fields answered, by the type of the answer or the code of the error.',
    labelNames: ['type', 'field', 'result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'graphql_operation_duration_seconds',
    help: 'How long queries and mutations took, from the body to the answer.',
    labelNames: ['type'],
    buckets: secondsOfOperations,
    registers,
  });
  const errors = new Counter({
    name: 'graphql_errors_total',
    help: 'Operations with errors beside their results, by code.',
    labelNames: ['code'],
    registers,
  });
  const open = new Gauge({
    name: 'graphql_subscriptions_open',
    help: 'Subscriptions that are open.',
    registers,
  });
  return {
    operationEnded: ({ type, durationMs, results: byField, errorCodes }: Operation) => {
      if (type === 'query' || type === 'mutation') seconds.observe({ type }, durationMs / 1_000);
      for (const [field, counts] of Object.entries(byField)) {
        for (const [result, count] of Object.entries(counts)) results.inc({ type, field, result }, count);
      }
      for (const code of errorCodes) errors.inc({ code });
    },
    subscriptionStarted: () => open.inc(),
    subscriptionEnded: () => open.dec(),
  };
}

function storeMetrics(registry: Registry): StoreTelemetry {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'event_table_call_duration_seconds',
    help: 'How long calls of the table took, on any engine.',
    labelNames: ['verb', 'result'],
    buckets: secondsOfOperations,
    registers,
  });
  const calls = new Counter({
    name: 'dynamodb_calls_total',
    help: 'Calls of DynamoDB, all the attempts of a call taken together.',
    labelNames: ['operation', 'result'],
    registers,
  });
  const retries = new Counter({
    name: 'dynamodb_retries_total',
    help: 'Attempts beyond the first one of a call.',
    labelNames: ['operation'],
    registers,
  });
  const capacity = new Counter({
    name: 'dynamodb_consumed_capacity_units_total',
    help: 'Capacity that DynamoDB reported; it reports none for calls that failed.',
    labelNames: ['operation'],
    registers,
  });
  const ambiguous = new Counter({
    name: 'event_table_ambiguous_inserts_total',
    help: 'Inserts whose answer was lost, by what a look at the table then showed.',
    labelNames: ['fate'],
    registers,
  });
  for (const fate of ['stored', 'taken', 'unknown']) ambiguous.inc({ fate }, 0);
  return {
    tableCalled: (verb, result, duration) => seconds.observe({ verb, result }, duration),
    databaseCalled: ({ operation, result, attempts, capacityUnits }) => {
      calls.inc({ operation, result });
      retries.inc({ operation }, attempts - 1);
      capacity.inc({ operation }, capacityUnits);
    },
    ambiguityResolved: (fate) => ambiguous.inc({ fate }),
  };
}

function webSocketMetrics(registry: Registry): WebSocketMetrics {
  const open = new Gauge({
    name: 'websocket_connections_open',
    help: 'WebSocket connections that are open.',
    registers: [registry],
  });
  return { webSocketOpened: () => open.inc(), webSocketClosed: () => open.dec() };
}
