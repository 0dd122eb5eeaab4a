import type { GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { abandonedCode, type Operation, type OperationTelemetry } from './operation.ts';
import { describeSpan, shortName } from './operation-span.ts';
import { isAbandoned, type RequestContext } from './request-context.ts';

/** Where operations are told of. */
export type OperationTargets = {
  readonly log: Pick<Logger, 'info' | 'isLevelEnabled'>;
  readonly telemetry: OperationTelemetry;
};

/**
 * Tells of a query or mutation whose answer is ready: a line in the log, the telemetry's counters, and attributes
 * of the span that it runs in. The codes that it tells are those of masked errors.
 */
export function tellOfAnswer(
  targets: OperationTargets,
  durationMs: number,
  { contextValue, operation, response: { body } }: GraphQLRequestContextWillSendResponse<RequestContext>,
): void {
  const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
  const ended: Operation = {
    requestId: contextValue.requestId,
    name: operation?.name?.value,
    type: operation?.operation ?? 'unknown',
    durationMs,
    results: contextValue.rootResults,
    errorCodes: isAbandoned(contextValue, operation?.operation) ? [abandonedCode] : codesOf(errors),
  };
  tell(targets, ended);
  describeSpan(ended);
}

/** Writes an operation's line, and tells the telemetry. */
export function tell({ log, telemetry }: OperationTargets, operation: Operation): void {
  telemetry.operationEnded(operation);
  if (!log.isLevelEnabled('info')) return;
  const { requestId, name, type, durationMs, results, errorCodes } = operation;
  log.info(
    {
      requestId,
      operationName: name === undefined ? undefined : shortName(name),
      operationType: type,
      durationMs: Math.round(durationMs * 1_000) / 1_000,
      results,
      ...(errorCodes.length > 0 ? { errorCodes } : {}),
    },
    'Operation',
  );
}

/** The codes of errors, each once. */
export function codesOf(
  errors: readonly Pick<GraphQLFormattedError, 'extensions'>[] = [],
): readonly string[] {
  return [
    ...new Set(errors.map(({ extensions }) => String(extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR'))),
  ];
}
