import { z } from 'zod';

/** Everything the process is told from outside, read once. */
export type Config = {
  readonly host: string;
  readonly port: number;
  readonly store:
    | { readonly type: 'embedded'; readonly path: string }
    | { readonly type: 'dynamodb'; readonly tableName: string; readonly endpoint: string | undefined };
  /** Deadline of one operation. */
  readonly requestTimeoutMs: number;
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  /** Whether a browser at `/graphql` gets Apollo Sandbox. */
  readonly sandbox: boolean;
  readonly logLevel: (typeof logLevels)[number];
};

/** One wrong variable: its name, what was expected and what arrived. */
export type ConfigProblem = { readonly variable: string; readonly message: string };

/** A configuration, or every problem that keeps it from being one. */
export type ConfigOutcome =
  | { readonly type: 'config'; readonly config: Config }
  | { readonly type: 'wrong'; readonly problems: readonly ConfigProblem[] };

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const studio = 'https://studio.apollographql.com';

/** Reads the variables of the README. An empty variable is the same as none. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ConfigOutcome {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (parsed.success) return { type: 'config', config: Object.freeze(configOf(parsed.data)) };
  const wrong = expectations.filter(([variable]) =>
    parsed.error.issues.some(({ path }) => path[0] === variable),
  );
  return {
    type: 'wrong',
    problems: wrong.map(([variable, expected]) => ({
      variable,
      message: `expected ${expected}, got ${JSON.stringify(given[variable])}`,
    })),
  };
}

const variables = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().max(65_535)).default(4000),
  EVENT_STORE: z.enum(['embedded', 'dynamodb']).default('embedded'),
  EVENT_STORE_PATH: z.string().default('data'),
  EVENT_STORE_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .default('event-store'),
  DYNAMODB_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  REQUEST_TIMEOUT_MS: z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .pipe(z.number().min(100).max(600_000))
    .default(10_000),
  CORS_ORIGINS: z
    .string()
    .transform(commaSeparated)
    .pipe(z.array(z.string().refine(isOrigin)))
    .optional(),
  INTROSPECTION: z.enum(['on', 'off']).optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  NODE_ENV: z.string().optional(),
});

const expectations: readonly (readonly [keyof typeof variables.shape, string])[] = [
  ['PORT', 'a port from 0 to 65535'],
  ['EVENT_STORE', '"embedded" or "dynamodb"'],
  ['EVENT_STORE_TABLE', 'a table name of 3 to 255 letters, digits, "_", "." or "-"'],
  ['DYNAMODB_ENDPOINT', 'an http or https address such as "http://localhost:8000"'],
  ['REQUEST_TIMEOUT_MS', 'milliseconds from 100 to 600000'],
  ['CORS_ORIGINS', 'origins such as "https://example.org", separated by commas'],
  ['INTROSPECTION', '"on" or "off"'],
  ['LOG_LEVEL', `one of ${logLevels.join(', ')}`],
];

function commaSeparated(list: string): readonly string[] {
  return list.split(',').map((entry) => entry.trim());
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function configOf(read: z.output<typeof variables>): Config {
  const production = read.NODE_ENV === 'production';
  return {
    host: read.HOST,
    port: read.PORT,
    store:
      read.EVENT_STORE === 'embedded'
        ? { type: 'embedded', path: read.EVENT_STORE_PATH }
        : { type: 'dynamodb', tableName: read.EVENT_STORE_TABLE, endpoint: read.DYNAMODB_ENDPOINT },
    requestTimeoutMs: read.REQUEST_TIMEOUT_MS,
    corsOrigins: read.CORS_ORIGINS ?? (production ? [] : [studio]),
    introspection: read.INTROSPECTION === undefined ? !production : read.INTROSPECTION === 'on',
    sandbox: !production,
    logLevel: read.LOG_LEVEL,
  };
}
