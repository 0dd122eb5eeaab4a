import type { Readable } from 'node:stream';
import {
  type $Command,
  DynamoDBClient,
  type DynamoDBClientConfig,
  type DynamoDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import toFastProperties from 'to-fast-properties';

/*
 * Every trick around the AWS SDK is in this file. Delete it and use `new DynamoDBClient(config)`: add the headers
 * of an attempt by `command.middlewareStack.add` and pass the signal by `client.send(command, { abortSignal })`.
 * Everything works, and an attempt costs three times as much CPU.
 */

/** What one attempt of a call brings with it. */
export type Attempt = {
  /** Added to the request once it is signed, so that the signature does not cover them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Cuts the request when it aborts. */
  readonly signal: AbortSignal;
  /** Called when the request goes to a socket. An attempt that fails before that has written nothing. */
  readonly onSent: () => void;
};

/** One operation of DynamoDB. */
export type Operation<Input, Output> = {
  /** Such as `PutItem`. */
  readonly name: string;
  /** Sends the input once, in one round trip. Rejects with the errors of the SDK and of sockets. */
  readonly attempt: (input: Input, attempt: Attempt) => Promise<Output>;
};

/** The SDK's command with this input and output. */
type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/**
 * A client whose calls make one attempt, and which does once what the SDK does anew at each call. Of the CPU of a
 * `PutItem` as the SDK comes, sockets aside (267 µs where it was measured), it takes a third. What each brings:
 *
 * - One `SignatureV4` signs all calls, by the public setting `signer`. The SDK makes one for each. 6 %.
 * - The settings get fast properties. The SDK copies them several times in a call, which is slow for an object that
 *   V8 keeps as a dictionary, as it does after so many additions. 13 %.
 * - No middleware for a log without a logger, nor for the trace id of AWS Lambda. 12 %.
 * - No retries: before each call, the SDK's loop makes an error with its stack. 8 %.
 * - The middleware is resolved once (`createLane`), not at each call. 22 %.
 * - The user agent is put together once, not at each call. 10 %.
 *
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-aws-sdk-client-dynamodb/Interface/DynamoDBClientConfig/
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html
 */
export function createFastClient(settings: DynamoDBClientConfig): DynamoDBClient {
  const client = new DynamoDBClient({
    ...settings,
    signer: async () => signer,
    retryStrategy: { retry: (next, args) => next(args) },
  });
  const { credentials, region, sha256 } = client.config;
  const signer = new SignatureV4({ credentials, region, sha256, service: 'dynamodb' });
  for (const tag of ['LOGGER', 'RECURSION_DETECTION']) client.middlewareStack.removeByTag(tag);
  toFastProperties(client.config);
  return client;
}

/** How many lanes of an operation wait for their next attempt, at most: as many as there are sockets. */
const mostIdleLanes = 256;

/** An operation of a client. Each of its attempts under way has a lane of its own, which the next one takes over. */
export function operationOf<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  name: string,
  newCommand: new (input: Input) => Command<Input, Output>,
): Operation<Input, Output> {
  const idle: Lane<Input, Output>[] = [];
  return {
    name,
    attempt: async (input, attempt) => {
      const lane = idle.pop() ?? createLane(client, () => new newCommand(input));
      try {
        return await lane(input, attempt);
      } finally {
        if (idle.length < mostIdleLanes) idle.push(lane);
      }
    },
  };
}

/** Sends attempts, one after the other and never two at once. */
type Lane<Input, Output> = (input: Input, attempt: Attempt) => Promise<Output>;

/**
 * Resolves the middleware of a command once, for many attempts. The SDK has a setting for that, `cacheMiddleware`,
 * but then all calls share one middleware, and none can have headers or a signal of its own. Here the middleware
 * serves one attempt at a time, so it can read them from a variable. The first attempt shows how the SDK names itself
 * to the server; later ones repeat that.
 */
function createLane<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  client: DynamoDBClient,
  newCommand: () => Command<Input, Output>,
): Lane<Input, Output> {
  let current: Attempt | undefined;
  let userAgent: Readonly<Record<string, string>> | undefined;

  const { requestHandler } = client.config;
  const handle: typeof requestHandler.handle = async (request, options) => {
    userAgent ??= userAgentOf(request);
    Object.assign(request.headers, current?.headers);
    current?.onSent();
    const { response } = await requestHandler.handle(request, { ...options, abortSignal: current?.signal });
    response.body = await bytesOf(response.body);
    return { response };
  };
  const config = { ...client.config, requestHandler: { ...requestHandler, handle } };

  const repeatingUserAgent = client.middlewareStack.clone();
  repeatingUserAgent.removeByTag('USER_AGENT');
  repeatingUserAgent.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) Object.assign(args.request.headers, userAgent);
      return next(args);
    },
    { step: 'build', name: 'repeatedUserAgent' },
  );

  const first = newCommand().resolveMiddleware(client.middlewareStack, config, undefined);
  const later = newCommand().resolveMiddleware(repeatingUserAgent, config, undefined);
  return async (input, attempt) => {
    current = attempt;
    const { output } = await (userAgent === undefined ? first : later)({ input });
    return output;
  };
}

function userAgentOf({ headers }: HttpRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.endsWith('user-agent')));
}

/** The bytes of an answer. The SDK would pipe them through another stream: a twentieth of an append's CPU. */
function bytesOf(answer: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    answer.on('data', (piece: Uint8Array) => pieces.push(piece));
    answer.once('end', () => resolve(Buffer.concat(pieces)));
    answer.once('error', reject);
  });
}
