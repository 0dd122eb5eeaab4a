import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DatabaseCall, StoreTelemetry } from '../telemetry.ts';
import { classOf } from './errors.ts';

/**
 * Makes a client tell an telemetry of every call when it is over, all its attempts together.
 *
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function observeCalls(
  client: DynamoDBClient,
  telemetry: Pick<StoreTelemetry, 'databaseCalled'>,
): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const over = (result: DatabaseCall['result'], outcome: object) =>
          telemetry.databaseCalled({
            operation: commandName.replace(/Command$/, ''),
            result,
            attempts: numberAt(valueAt(outcome, '$metadata'), 'attempts') ?? 1,
            capacityUnits: unitsOf(valueAt(outcome, 'ConsumedCapacity')),
          });
        try {
          const answer = await next(args);
          over('answered', answer.output);
          return answer;
        } catch (error) {
          over(classOf(error).code, Object(error));
          throw error;
        }
      },
    { step: 'initialize', priority: 'high', name: 'observeCalls' },
  );
}

// One table tells its capacity as an object, a batch or a transaction as a list.
function unitsOf(consumed: unknown): number {
  return [consumed].flat().reduce<number>((sum, one) => sum + (numberAt(one, 'CapacityUnits') ?? 0), 0);
}

function numberAt(object: unknown, name: string): number | undefined {
  const value = valueAt(object, name);
  return typeof value === 'number' ? value : undefined;
}

// Answers and errors of every operation come by here, each with a type of its own.
function valueAt(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
}
