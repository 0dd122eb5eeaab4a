/**
 * How often which root field was answered with what: the name of a type, `null`, or the code of an error. Its
 * size is bounded by the schema, however long a subscription lasts.
 */
export type RootResults = Record<string, Record<string, number>>;

/** Of a query whose client went away before it was answered; nobody gets to see it but in logs and metrics. */
export const abandonedCode = 'CLIENT_GONE';

/** An operation that is over. Nothing in it is of its text or its variables, but the name that a client gave it. */
export type Operation = {
  readonly requestId: string;
  readonly name: string | undefined;
  /** `unknown` where the text could not be read, or has several operations and none was chosen. */
  readonly type: 'query' | 'mutation' | 'subscription' | 'unknown';
  readonly durationMs: number;
  readonly results: Readonly<RootResults>;
  /** Of the errors beside the results, each once. */
  readonly errorCodes: readonly string[];
};

/** Is told of operations, to count them. What it does itself is quick, and throws nothing. */
export type OperationTelemetry = {
  readonly operationEnded: (operation: Operation) => void;
  readonly subscriptionStarted: () => void;
  /** Only of those that were started; `operationEnded` tells of it too. */
  readonly subscriptionEnded: () => void;
};
