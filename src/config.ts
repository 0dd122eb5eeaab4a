import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from './loopback.ts';

/** Everything the process is told from outside, read once. */
export type Config = {
  readonly host: string;
  readonly port: number;
  readonly store:
    | { readonly type: 'embedded'; readonly path: string }
    | { readonly type: 'dynamodb'; readonly tableName: string; readonly endpoint: string | undefined };
  /** Deadline of one operation. */
  readonly requestTimeoutMs: number;
  /** How often followers look for what other processes stored. */
  readonly followPollMs: number;
  /** `off`: nobody is asked who they are, so only this machine is served. `unsafe-off`: nor is anyone elsewhere. */
  readonly auth:
    | { readonly type: 'off' | 'unsafe-off' }
    | {
        readonly type: 'jwt';
        /** One key, or the address of a JWK set. */
        readonly keys:
          | { readonly type: 'one'; readonly key: KeyObject }
          | { readonly type: 'set'; readonly url: URL };
        readonly issuer: string;
        readonly audience: string;
      };
  /** Requests a minute that a caller may send; 0 is no limit. */
  readonly rateLimit: number;
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
  const parsed = checked.safeParse(given);
  if (parsed.success) return { type: 'config', config: Object.freeze(configOf(parsed.data)) };
  const wrong = expectations.filter(([variable]) =>
    parsed.error.issues.some(({ path }) => path[0] === variable),
  );
  return {
    type: 'wrong',
    problems: wrong.map(([variable, expected]) => ({
      variable,
      message: `expected ${expected}, got ${shown(variable, given[variable])}`,
    })),
  };
}

const variables = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(4000),
  EVENT_STORE: z.enum(['embedded', 'dynamodb']).default('embedded'),
  EVENT_STORE_PATH: z.string().default('data'),
  EVENT_STORE_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .default('event-store'),
  DYNAMODB_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  REQUEST_TIMEOUT_MS: wholeNumber(100, 600_000).default(10_000),
  FOLLOW_POLL_MS: wholeNumber(50, 60_000).default(500),
  AUTH_MODE: z.enum(['off', 'unsafe-off', 'jwt']).default('off'),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isConfidential)
    .optional(),
  AUTH_PUBLIC_KEY: z
    .string()
    .transform(publicKey)
    .refine((key) => key !== undefined)
    .optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  RATE_LIMIT: wholeNumber(0, 1_000_000).default(0),
  CORS_ORIGINS: z
    .string()
    .transform(commaSeparated)
    .pipe(z.array(z.string().refine(isOrigin)))
    .optional(),
  INTROSPECTION: z.enum(['on', 'off']).optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  NODE_ENV: z.string().optional(),
});

const checked = variables
  .refine(({ HOST, AUTH_MODE }) => AUTH_MODE !== 'off' || isLoopback(HOST), {
    path: ['HOST'],
    when: isFine('AUTH_MODE'),
  })
  .refine(
    ({ AUTH_MODE, AUTH_JWKS_URL, AUTH_PUBLIC_KEY }) =>
      AUTH_MODE !== 'jwt' || (AUTH_JWKS_URL === undefined) !== (AUTH_PUBLIC_KEY === undefined),
    { path: ['AUTH_JWKS_URL'], when: isFine('AUTH_MODE', 'AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY') },
  )
  .refine(({ AUTH_MODE, AUTH_ISSUER }) => AUTH_MODE !== 'jwt' || AUTH_ISSUER !== undefined, {
    path: ['AUTH_ISSUER'],
    when: isFine('AUTH_MODE'),
  })
  .refine(({ AUTH_MODE, AUTH_AUDIENCE }) => AUTH_MODE !== 'jwt' || AUTH_AUDIENCE !== undefined, {
    path: ['AUTH_AUDIENCE'],
    when: isFine('AUTH_MODE'),
  });

const expectations: readonly (readonly [keyof typeof variables.shape, string])[] = [
  ['HOST', 'an address of this machine alone, such as "127.0.0.1", while AUTH_MODE is off'],
  ['PORT', 'a port from 0 to 65535'],
  ['EVENT_STORE', '"embedded" or "dynamodb"'],
  ['EVENT_STORE_TABLE', 'a table name of 3 to 255 letters, digits, "_", "." or "-"'],
  ['DYNAMODB_ENDPOINT', 'an http or https address such as "http://localhost:8000"'],
  ['REQUEST_TIMEOUT_MS', 'milliseconds from 100 to 600000'],
  ['FOLLOW_POLL_MS', 'milliseconds from 50 to 60000'],
  ['AUTH_MODE', '"off", "unsafe-off" or "jwt"'],
  [
    'AUTH_JWKS_URL',
    'the address of a JWK set, https beyond this machine, or else AUTH_PUBLIC_KEY, while AUTH_MODE is jwt',
  ],
  ['AUTH_PUBLIC_KEY', 'a public key in PEM (SPKI): RSA of 2048 bits or more, EC on P-256, or Ed25519'],
  ['AUTH_ISSUER', 'who issues the tokens, as in their claim iss, while AUTH_MODE is jwt'],
  ['AUTH_AUDIENCE', 'what the tokens are for, as in their claim aud, while AUTH_MODE is jwt'],
  ['RATE_LIMIT', 'requests a minute from 0 (no limit) to 1000000'],
  ['CORS_ORIGINS', 'origins such as "https://example.org", separated by commas'],
  ['INTROSPECTION', '"on" or "off"'],
  ['LOG_LEVEL', `one of ${logLevels.join(', ')}`],
];

/** For rules over several variables: holds where these, each on its own, are as expected. */
function isFine(...names: readonly (keyof typeof variables.shape)[]) {
  return ({ issues }: z.core.ParsePayload): boolean =>
    !issues.some(({ path }) => names.some((name) => path?.[0] === name));
}

// Whoever pastes a private key instead of the public one should not find it in a log.
function shown(variable: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return variable === 'AUTH_PUBLIC_KEY' ? `another text of ${value.length} letters` : JSON.stringify(value);
}

function isConfidential(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname);
}

/** The key in a PEM, whose line breaks may be written as `\\n`; `undefined` if no token can be checked with it. */
function publicKey(pem: string): KeyObject | undefined {
  const text = pem.replaceAll('\\n', '\n').trim();
  if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;
  try {
    const key = createPublicKey(text);
    return isStrong(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === 'rsa') return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048;
  if (asymmetricKeyType === 'ec') return asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return asymmetricKeyType === 'ed25519';
}

function wholeNumber(min: number, max: number) {
  return z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max));
}

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
    followPollMs: read.FOLLOW_POLL_MS,
    auth: authOf(read),
    rateLimit: read.RATE_LIMIT,
    corsOrigins: read.CORS_ORIGINS ?? (production ? [] : [studio]),
    introspection: read.INTROSPECTION === undefined ? !production : read.INTROSPECTION === 'on',
    sandbox: !production,
    logLevel: read.LOG_LEVEL,
  };
}

function authOf(read: z.output<typeof variables>): Config['auth'] {
  const { AUTH_MODE, AUTH_JWKS_URL, AUTH_PUBLIC_KEY, AUTH_ISSUER = '', AUTH_AUDIENCE = '' } = read;
  if (AUTH_MODE !== 'jwt') return { type: AUTH_MODE };
  return {
    type: AUTH_MODE,
    keys:
      AUTH_PUBLIC_KEY === undefined
        ? { type: 'set', url: new URL(AUTH_JWKS_URL ?? '') }
        : { type: 'one', key: AUTH_PUBLIC_KEY },
    issuer: AUTH_ISSUER,
    audience: AUTH_AUDIENCE,
  };
}
