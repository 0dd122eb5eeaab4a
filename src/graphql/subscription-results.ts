import { createSourceEventStream, type ExecutionArgs, execute, GraphQLError, getOperationAST } from 'graphql';
import type { ExecutionResult } from 'graphql-ws';
import { createPause, createTurnQueue, type Pause } from '../store/turn-queue.ts';
import type { Caller } from './authorization.ts';
import type { RequestContext } from './context.ts';
import { codesOf, maskedSubscriptionError } from './errors.ts';
import { createAnswer } from './large-answers.ts';
import { type OperationReporters, reportSubscription, type SubscriptionReport } from './telemetry.ts';

/** The state of a connection. */
export type Connection = {
  /** Set when the connection is acknowledged, gone when it is closed; without one it gets no answer. */
  caller?: Caller;
  /** Whom its subscriptions count for. */
  countedAs: string;
  /** Its subscriptions. Aborting one ends it at once, whether it has started or not. */
  readonly open: Set<AbortController>;
  /** Resolves when the results before have been sent. */
  sent: Promise<unknown>;
};

/** The context of a subscription, with the controller that ends it and the connection that it is answered on. */
export type SubscriptionContext = RequestContext & {
  readonly end: AbortController;
  readonly connection: Connection;
};

/** The most text of a result, in bytes of UTF-8: a hundred of the longest notes fit. */
const maxTextBytes = 1_000_000;

type Started = ExecutionResult | AsyncIterable<ExecutionResult>;

/**
 * Starts a subscription, as `subscribe` of graphql-js does. A result is made once the results of its connection before
 * it have been sent: a slow client has one on its way, however many subscriptions it has, and the others wait at their
 * place in the history. They are made in turns of 5 ms, between which other requests get theirs.
 */
export function subscriber(reporters: OperationReporters): (args: ExecutionArgs) => Promise<Started> {
  const pause = createPause(createTurnQueue());
  return async (args) => {
    const events = await createSourceEventStream(args);
    // graphql-ws hands on what `onSubscribe` returned, typed as any object.
    const context = args.contextValue as SubscriptionContext;
    const name = getOperationAST(args.document, args.operationName)?.name?.value;
    const report = reportSubscription(reporters, context, name);
    const { end } = context;
    if (end.signal.aborted) report.end();
    else end.signal.addEventListener('abort', report.end, { once: true });
    if (Symbol.asyncIterator in events) return endable(results(events, args, report, pause), end);
    const refusal = masked(events, context, report);
    end.abort();
    return refusal;
  };
}

function masked(
  result: ExecutionResult,
  context: RequestContext,
  report: SubscriptionReport,
): ExecutionResult {
  if (result.errors === undefined) return result;
  const errors = result.errors.map((error) => maskedSubscriptionError(error, context));
  report.failed(codesOf(errors));
  return { ...result, errors };
}

/** The results with faults masked. A fault of the stream itself is the last result. */
async function* results(
  events: AsyncIterable<unknown>,
  args: ExecutionArgs,
  report: SubscriptionReport,
  pause: Pause,
): AsyncGenerator<ExecutionResult, void, void> {
  const context = args.contextValue as SubscriptionContext;
  const { connection, end, signals } = context;
  // One object for all results, since V8 is slow to spread.
  const ofResult = { ...context };
  const made: ExecutionArgs = { ...args, contextValue: ofResult };
  let onSent = () => {};
  end.signal.addEventListener('abort', () => onSent(), { once: true });
  try {
    for await (const rootValue of events) {
      const before = connection.sent;
      const sent = new Promise<void>((resolve) => {
        onSent = resolve;
      });
      connection.sent = Promise.all([before, sent]);
      await before;
      await pause();
      if (end.signal.aborted) return;
      ofResult.answer = createAnswer(signals, maxTextBytes);
      made.rootValue = rootValue;
      yield masked(await execute(made), context, report);
      // graphql-ws asks for the next result when it has sent one.
      onSent();
    }
  } catch (cause) {
    const originalError = cause instanceof Error ? cause : new Error(String(cause));
    const errors = [new GraphQLError(originalError.message, { originalError })];
    yield masked({ errors }, context, report);
  } finally {
    onSent();
    end.abort();
  }
}

/**
 * The same results, ended at once by `return`, with which graphql-ws ends a subscription. A generator by itself
 * answers `return` only after its pending `next`, which may wait for hours: aborting the reads ends that wait. A
 * result that still comes is dropped: its id may be another operation's by now.
 */
function endable(
  results: AsyncGenerator<ExecutionResult, void, void>,
  end: AbortController,
): AsyncIterableIterator<ExecutionResult, void, void> {
  return {
    next: async () => {
      const result = await results.next();
      return end.signal.aborted ? { done: true, value: undefined } : result;
    },
    return: () => {
      end.abort();
      return results.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
