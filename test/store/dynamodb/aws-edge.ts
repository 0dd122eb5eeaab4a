import type { IncomingHttpHeaders } from 'node:http';
import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { callsOf, type DynamoDbCalls, retryRules } from '../../../src/store/dynamodb/client.ts';
import { createFastClient } from '../../../src/store/dynamodb/fast-client.ts';
import type { DatabaseCall } from '../../../src/store/telemetry.ts';
import type { RunningEngine } from '../../engines/engine-process.ts';
import { type ProxiedAnswer, type ProxiedCall, startHttpProxy } from '../../engines/http-proxy.ts';

/** How the edge meets an attempt: with an answer, a reset of the connection, or nothing at all. */
export type EdgeAnswer = ProxiedAnswer | 'reset' | 'never';

/** An attempt that arrived, and when, in milliseconds. */
export type Arrival = { readonly headers: IncomingHttpHeaders; readonly body: Buffer; readonly atMs: number };

/** The edge of AWS, made up: it answers without a table behind it. */
export type Edge = RunningEngine & { readonly arrivals: readonly Arrival[]; readonly cut: () => number };

/** Starts an edge; `answerTo` gets each attempt and its number from 0. */
export async function startEdge(answerTo: (call: ProxiedCall, nth: number) => EdgeAnswer): Promise<Edge> {
  const arrivals: Arrival[] = [];
  let cut = 0;
  const engine = await startHttpProxy('http://127.0.0.1', async (call) => {
    const { headers, body, socket } = call;
    arrivals.push({ headers, body, atMs: performance.now() });
    const answer = answerTo(call, arrivals.length - 1);
    if (answer === 'reset') throw new Error('The connection is reset.');
    if (answer !== 'never') return answer;
    socket.once('close', () => {
      cut += 1;
    });
    return undefined;
  });
  return { ...engine, arrivals, cut: () => cut };
}

/** These answers, one after the other; the last one for ever. */
export function oneByOne(...answers: readonly EdgeAnswer[]): (call: ProxiedCall, nth: number) => EdgeAnswer {
  return (_, nth) => answers[Math.min(nth, answers.length - 1)] ?? done;
}

/** An answer of DynamoDB: the output of a call, or an error of this name. */
export function answer(
  status: number,
  name?: string,
  { message = '', ...headers }: Readonly<Record<string, string>> = {},
): ProxiedAnswer {
  const body = name === undefined ? {} : { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

export const done = answer(200);

export const input: PutItemCommandInput = { TableName: 'events', Item: { Id: { S: 'Übeltäter' } } };

/** Settings of a client that speaks to an edge. */
export function configOf({ endpoint }: RunningEngine): DynamoDBClientConfig {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint, region: 'eu-central-1', credentials };
}

/** How a call ended: the name of its error or `answered`, and how many attempts it took by its own count. */
export type Ending = { readonly name: string; readonly attempts: number | undefined };

/** A call that can be made again and again, by one client. */
export type Client = { readonly call: () => Promise<Ending> };

/** A client as the SDK comes, with its time-outs as ours. */
export function plainClient(config: DynamoDBClientConfig): Client {
  const client = new DynamoDBClient(config);
  return {
    call: async () => {
      const { name, $metadata } = await client.send(new PutItemCommand(input)).then(
        (output) => ({ name: 'answered', ...output }),
        (error) => error,
      );
      return { name, attempts: $metadata?.attempts };
    },
  };
}

/** Our client; `calls` are counted by `onCall`. */
export async function ourCalls(
  config: DynamoDBClientConfig,
  databaseCalled: (call: DatabaseCall) => void = () => {},
): Promise<DynamoDbCalls> {
  const rules = await retryRules(new DynamoDBClient(config));
  return callsOf(createFastClient(config), { ...rules, telemetry: { databaseCalled } });
}

export async function ourClient(config: DynamoDBClientConfig): Promise<Client> {
  let counted: DatabaseCall | undefined;
  const { putItem } = await ourCalls(config, (call) => {
    counted = call;
  });
  return {
    call: async () => {
      const outcome = await putItem(input, new AbortController().signal);
      const name = outcome.type === 'answered' ? 'answered' : nameOf(outcome.error);
      return { name, attempts: counted?.attempts };
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
