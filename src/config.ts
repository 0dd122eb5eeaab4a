import { createPublicKey, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

/** The settings of the process, read once from its environment. */
export type Config = {
  readonly host: string;
  readonly port: number;
  readonly store: StoreSettings;
  /** Deadline of one operation. */
  readonly requestTimeoutMs: number;
  /** How often subscriptions poll for events that other processes appended. */
  readonly followPollMs: number;
  /** `off`: no authentication, on this machine alone. `unsafe-off`: none, and open to other machines too. */
  readonly auth: { readonly type: 'off' | 'unsafe-off' } | ({ readonly type: 'jwt' } & TokenRules);
  /** The most requests a minute of one caller; 0: no limit. */
  readonly rateLimit: number;
  /** The proxies in front that are believed who the caller is: addresses and networks, or how many they are. */
  readonly trustedProxies: readonly string[] | number;
  readonly corsOrigins: readonly string[];
  /** The manifest of the only documents that are answered; `undefined`: all are. */
  readonly trustedDocuments: string | undefined;
  readonly introspection: boolean;
  /** Whether a browser gets Apollo Sandbox at `/graphql`, and GraphiQL at `/graphiql`. They send documents of their own. */
  readonly sandbox: boolean;
  readonly logLevel: (typeof logLevels)[number];
};

/** Which engine holds the events, and where. */
export type StoreSettings =
  /** A folder on a local disk. */
  | { readonly type: 'embedded'; readonly path: string }
  /** Amazon DynamoDB, or the DynamoDB-compatible engine at this endpoint. */
  | { readonly type: 'dynamodb'; readonly tableName: string; readonly endpoint?: string | undefined };

/** What a token has to be signed with, who has to have issued it, and for whom. */
export type TokenRules = {
  /** One public key, or the address of a JWK set. */
  readonly keys:
    | { readonly type: 'one'; readonly key: KeyObject }
    | { readonly type: 'set'; readonly url: URL };
  readonly issuer: string;
  readonly audience: string;
  /** The clients whose access tokens are taken though they name no audience; left out: none. */
  readonly clientIds?: readonly string[] | undefined;
};

/** One wrong variable: its name, and what was expected and what arrived, without a full stop. */
export type ConfigProblem = { readonly variable: string; readonly message: string };

/** A variable of the environment, for people. */
export type ExpectedVariable = {
  readonly variable: string;
  readonly expected: string;
  readonly preset: string | undefined;
};

/** A configuration, or every problem that keeps it from being one. */
export type ConfigOutcome =
  | { readonly type: 'config'; readonly config: Config }
  | { readonly type: 'wrong'; readonly problems: readonly ConfigProblem[] };

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const studio = 'https://studio.apollographql.com';

/** Reads the variables of the README. An empty variable is the same as none. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ConfigOutcome {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = checkedVariables.safeParse(given);
  if (read.success) return { type: 'config', config: Object.freeze(configOf(read.data)) };
  const wrong = new Set(read.error.issues.map(({ path }) => path[0]));
  const problems = Object.entries(variables.shape)
    .filter(([variable]) => wrong.has(variable))
    .map(([variable, { description }]) => ({
      variable,
      message: `expected ${description}, got ${shown(variable, given[variable])}`,
    }));
  return { type: 'wrong', problems };
}

/** The problems for people, a line each. */
export function problemText(problems: readonly ConfigProblem[]): string {
  return problems.map(({ variable, message }) => `${variable}: ${message}.`).join('\n');
}

/** Every variable with what is expected of it and, if it has one, its default. */
export function expectedVariables(): readonly ExpectedVariable[] {
  return Object.entries(variables.shape).map(([variable, rule]) => {
    const preset: unknown = rule.safeParse(undefined).data;
    return {
      variable,
      expected: rule.description ?? '',
      preset: preset === undefined ? undefined : String(preset),
    };
  });
}

/** Whether a host, a name or an address with or without brackets, can only be this machine. Takes no port. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1)$/i.test(host);
}

/** Every variable that is read, with its rule, its default, and as its description what is expected of it. */
const variables = z.object({
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('an address of this machine alone, such as "127.0.0.1", while AUTH_MODE is off'),
  PORT: wholeNumber(0, 65_535).default(4000).describe('a port from 0 to 65535'),
  EVENT_STORE: z.enum(['embedded', 'dynamodb']).default('embedded').describe('"embedded" or "dynamodb"'),
  EVENT_STORE_PATH: z.string().default('data').describe('a folder'),
  EVENT_STORE_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/)
    .default('event-store')
    .describe('a table name of 3 to 255 letters, digits, "_", "." or "-"'),
  DYNAMODB_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('an http or https address such as "http://localhost:8000"'),
  REQUEST_TIMEOUT_MS: wholeNumber(100, 600_000).default(10_000).describe('milliseconds from 100 to 600000'),
  FOLLOW_POLL_MS: wholeNumber(50, 60_000).default(500).describe('milliseconds from 50 to 60000'),
  AUTH_MODE: z.enum(['off', 'unsafe-off', 'jwt']).default('off').describe('"off", "unsafe-off" or "jwt"'),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isConfidential)
    .optional()
    .describe(
      'the address of a JWK set, https beyond this machine, or else AUTH_PUBLIC_KEY, while AUTH_MODE is jwt',
    ),
  AUTH_PUBLIC_KEY: z
    .string()
    .transform(publicKey)
    .refine((key) => key !== undefined)
    .optional()
    .describe('a public key in PEM (SPKI): RSA of 2048 bits or more, EC on P-256, or Ed25519'),
  AUTH_ISSUER: z
    .string()
    .optional()
    .describe('who issues the tokens, as in their claim iss, while AUTH_MODE is jwt'),
  AUTH_AUDIENCE: z
    .string()
    .optional()
    .describe('what the tokens are for, as in their claim aud, while AUTH_MODE is jwt'),
  AUTH_CLIENT_IDS: z
    .string()
    .transform(commaSeparated)
    .pipe(z.array(z.string().regex(/^[\x21-\x7e]+$/)))
    .optional()
    .describe('ids of clients, separated by commas'),
  RATE_LIMIT: wholeNumber(0, 1_000_000).default(0).describe('requests a minute from 0 (no limit) to 1000000'),
  TRUST_PROXY: z
    .union([
      wholeNumber(0, 100),
      z
        .string()
        .transform(commaSeparated)
        .pipe(z.array(z.string().refine(isNetwork))),
    ])
    .default(0)
    .describe('addresses or networks of proxies such as "10.0.0.0/8", separated by commas, or their count'),
  CORS_ORIGINS: z
    .string()
    .transform(commaSeparated)
    .pipe(z.array(z.string().refine(isOrigin)))
    .optional()
    .describe('origins such as "https://example.org", separated by commas'),
  TRUSTED_DOCUMENTS: z.string().optional().describe('a file'),
  INTROSPECTION: z.enum(['on', 'off']).optional().describe('"on" or "off"'),
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  NODE_ENV: z.string().optional().describe('any text; "production" closes what helps development'),
});

/** The rules over several variables: what AUTH_MODE asks of the others. */
const checkedVariables = variables
  .refine(({ AUTH_MODE, HOST }) => AUTH_MODE !== 'off' || isLoopback(HOST), ruleOf('HOST', ['AUTH_MODE']))
  .refine(
    ({ AUTH_MODE, AUTH_JWKS_URL, AUTH_PUBLIC_KEY }) =>
      AUTH_MODE !== 'jwt' || (AUTH_JWKS_URL === undefined) !== (AUTH_PUBLIC_KEY === undefined),
    ruleOf('AUTH_JWKS_URL', ['AUTH_MODE', 'AUTH_JWKS_URL', 'AUTH_PUBLIC_KEY']),
  )
  .refine(
    ({ AUTH_MODE, AUTH_ISSUER }) => AUTH_MODE !== 'jwt' || AUTH_ISSUER !== undefined,
    ruleOf('AUTH_ISSUER', ['AUTH_MODE']),
  )
  .refine(
    ({ AUTH_MODE, AUTH_AUDIENCE }) => AUTH_MODE !== 'jwt' || AUTH_AUDIENCE !== undefined,
    ruleOf('AUTH_AUDIENCE', ['AUTH_MODE']),
  );

type Variable = keyof typeof variables.shape;

/** A problem of this variable, looked for only if all that the rule reads are valid by themselves. */
function ruleOf(variable: Variable, read: readonly Variable[]) {
  return {
    path: [variable],
    when: ({ issues }: z.core.ParsePayload): boolean =>
      !issues.some(({ path }) => read.some((name) => path?.[0] === name)),
  };
}

/** What arrived, without the text of a key: it may be a private one, pasted by mistake, and logs keep it. */
function shown(variable: string, value: string | undefined): string {
  if (value === undefined) return 'nothing';
  return variable === 'AUTH_PUBLIC_KEY' ? `another text of ${value.length} letters` : JSON.stringify(value);
}

/** Whether an answer from this address cannot be forged on its way: by TLS, or on this machine. */
function isConfidential(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname);
}

/** The public key in a PEM, with line breaks or `\\n`; `undefined` if it is not one, or too weak. */
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

/** Whether this is an IP address, or one with the length of its network's prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix = '1', ...more] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return more.length === 0 && /^[1-9]\d*$/.test(prefix) && Number(prefix) <= bits;
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
    trustedProxies: read.TRUST_PROXY,
    corsOrigins: read.CORS_ORIGINS ?? (production ? [] : [studio]),
    trustedDocuments: read.TRUSTED_DOCUMENTS,
    introspection: read.INTROSPECTION === undefined ? !production : read.INTROSPECTION === 'on',
    sandbox: !production && read.TRUSTED_DOCUMENTS === undefined,
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
    clientIds: read.AUTH_CLIENT_IDS,
  };
}
