import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What calls of DynamoDB cost. */
export type Costs = { readonly calls: number; readonly capacityUnits: number };

/** Makes a client ask for the capacity of each call, and counts; the function answers with the sums so far. */
export function countCosts(client: DynamoDBClient): () => Costs {
  let calls = 0;
  let capacityUnits = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const answer = await next(args);
      calls += 1;
      const { ConsumedCapacity = [] } = answer.output as {
        readonly ConsumedCapacity?: Capacity | readonly Capacity[];
      };
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) capacityUnits += CapacityUnits;
      return answer;
    },
    { step: 'initialize', name: 'countCosts' },
  );
  return () => ({ calls, capacityUnits });
}

type Capacity = { readonly CapacityUnits?: number };
