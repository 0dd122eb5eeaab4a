import type { IncomingHttpHeaders } from 'node:http';
import { context, propagation, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { Logger } from 'pino';
import { isTraced, tracer } from '../tracing.ts';

/** How often each root field gave each result: the name of a type, `null`, or the code of an error. */
export type ResultCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Counts the results of an operation's root fields. The schema bounds its size, however long a subscription lasts. */
export type RootResults = {
  readonly count: (field: string, result: string) => void;
  /** The counts so far; a later `count` shows in it. */
  readonly counts: ResultCounts;
};

/** New counts, all zero. */
export function createRootResults(): RootResults {
  const counts: Record<string, Record<string, number>> = {};
  return {
    counts,
    count: (field, result) => {
      const ofField = counts[field] ?? {};
      ofField[result] = (ofField[result] ?? 0) + 1;
      counts[field] = ofField;
    },
  };
}

/** An operation that has ended. Of its text and variables it holds nothing but the name that the client gave it. */
export type Operation = {
  readonly requestId: string;
  readonly name: string | undefined;
  /** `unknown` if the text does not parse, or has several operations and the request names none of them. */
  readonly type: 'query' | 'mutation' | 'subscription' | 'unknown';
  readonly durationMs: number;
  readonly results: ResultCounts;
  /** Codes of the errors beside the results, each once. */
  readonly errorCodes: readonly string[];
};

/** Counts operations. Every method is quick and never throws. */
export type OperationMetrics = {
  readonly operationEnded: (operation: Operation) => void;
  readonly subscriptionStarted: () => void;
  /** Once for each `subscriptionStarted`; `operationEnded` counts the same subscription as well. */
  readonly subscriptionEnded: () => void;
};

/** Where operations are reported to. */
export type OperationReporters = {
  readonly log: Pick<Logger, 'info' | 'isLevelEnabled'>;
  readonly metrics: OperationMetrics;
};

/** Reports an operation that has ended: counts it, writes its log line, and describes its span if it has one. */
export function reportOperation(
  { log, metrics }: OperationReporters,
  operation: Operation,
  span: Span | undefined,
): void {
  metrics.operationEnded(operation);
  if (log.isLevelEnabled('info')) log.info(logFields(operation), 'Operation');
  if (span?.isRecording()) describeSpan(span, operation);
}

function logFields({ requestId, name, type, durationMs, results, errorCodes }: Operation) {
  return {
    requestId,
    operationName: name === undefined ? undefined : shortName(name),
    operationType: type,
    durationMs: Math.round(durationMs * 1_000) / 1_000,
    results,
    ...(errorCodes.length > 0 ? { errorCodes } : {}),
  };
}

/**
 * Runs `run` in a new span for an operation, a child of the trace in the headers if they carry one. `run` gets
 * the span and has to end it; it gets `undefined` if the process is not traced.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
export function inOperationSpan<Result>(
  headers: IncomingHttpHeaders,
  run: (span: Span | undefined) => Result,
): Result {
  if (!isTraced) return run(undefined);
  const remote = propagation.extract(context.active(), headers);
  return tracer.startActiveSpan('GraphQL operation', {}, remote, run);
}

/** Reports one subscription. */
export type SubscriptionReport = {
  /** The subscription sent errors with these codes. */
  readonly failed: (codes: readonly string[]) => void;
  /** The subscription has ended. A second call does nothing. */
  readonly end: () => void;
};

/** Counts a subscription as open, in a span of its own, until its report ends; then reports it as an operation. */
export function reportSubscription(
  reporters: OperationReporters,
  { requestId, rootResults }: { readonly requestId: string; readonly rootResults: RootResults },
  name: string | undefined,
): SubscriptionReport {
  const start = performance.now();
  const span = tracer.startSpan('GraphQL operation');
  const codes = new Set<string>();
  let hasEnded = false;
  reporters.metrics.subscriptionStarted();
  return {
    failed: (more) => {
      for (const code of more) codes.add(code);
    },
    end: () => {
      if (hasEnded) return;
      hasEnded = true;
      const durationMs = performance.now() - start;
      const results = rootResults.counts;
      const errorCodes = [...codes];
      reporters.metrics.subscriptionEnded();
      reportOperation(
        reporters,
        { requestId, name, type: 'subscription', durationMs, results, errorCodes },
        span,
      );
      span.end();
    },
  };
}

/** @see https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ */
function describeSpan(span: Span, { name, type, errorCodes: [code] }: Operation): void {
  span.updateName(name === undefined ? type : `${type} ${shortName(name)}`);
  span.setAttribute('graphql.operation.type', type);
  if (name !== undefined) span.setAttribute('graphql.operation.name', shortName(name));
  if (code === undefined) return;
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The first 100 characters of an operation's name, which a client may make as long as a query. */
function shortName(name: string): string {
  return name.slice(0, 100);
}
