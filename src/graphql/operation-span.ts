import type { IncomingHttpHeaders } from 'node:http';
import { context, propagation, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { isTraced, tracer } from '../tracing.ts';
import type { Operation } from './operation.ts';

// A name may be as long as a query.
const maxNameLength = 100;

/**
 * Runs what answers an operation in a span of its own, a part of the caller's trace if the headers tell of one.
 * Whoever gets the span ends it; where the program is not traced there is none.
 */
export function inOperationSpan(headers: IncomingHttpHeaders, run: (span?: Span) => void): void {
  if (!isTraced) {
    run();
    return;
  }
  const caller = propagation.extract(context.active(), headers);
  tracer.startActiveSpan('GraphQL operation', {}, caller, run);
}

/** A span for a subscription, which lasts as long as that does. */
export function startSubscriptionSpan(): Span {
  return tracer.startSpan('GraphQL operation');
}

/** Gives a span the name, the type and the first error code of its operation; without a span nothing. */
export function describeSpan(
  { name, type, errorCodes: [code] }: Operation,
  span: Span | undefined = trace.getActiveSpan(),
): void {
  if (!span?.isRecording()) return;
  span.updateName(name === undefined ? type : `${type} ${shortName(name)}`);
  span.setAttribute('graphql.operation.type', type);
  if (name !== undefined) span.setAttribute('graphql.operation.name', shortName(name));
  if (code === undefined) return;
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** As much of an operation's name as is told of it. */
export function shortName(name: string): string {
  return name.slice(0, maxNameLength);
}
