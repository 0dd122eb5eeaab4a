import type { Operation } from './operation.ts';
import { type OperationTargets, tell } from './operation-log.ts';
import { describeSpan, startSubscriptionSpan } from './operation-span.ts';
import type { RequestContext } from './request-context.ts';

/** Tells of one subscription. */
export type SubscriptionReport = {
  /** Errors with these codes were sent. */
  readonly failed: (codes: readonly string[]) => void;
  /** It is over; only the first time counts. */
  readonly end: () => void;
};

/** Counts a subscription as open until its end is reported, which is told like that of any other operation. */
export function reportSubscription(
  targets: OperationTargets,
  { requestId, rootResults }: RequestContext,
  name: string | undefined,
): SubscriptionReport {
  const start = performance.now();
  const span = startSubscriptionSpan();
  const codes = new Set<string>();
  let isOver = false;
  targets.telemetry.subscriptionStarted();
  return {
    failed: (more) => {
      for (const code of more) codes.add(code);
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      const durationMs = performance.now() - start;
      const ended: Operation = {
        requestId,
        name,
        type: 'subscription',
        durationMs,
        results: rootResults,
        errorCodes: [...codes],
      };
      targets.telemetry.subscriptionEnded();
      tell(targets, ended);
      describeSpan(ended, span);
      span.end();
    },
  };
}
