import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import send from '@fastify/send';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Authenticate, refusalOf } from './authentication.ts';
import { acceptedEncoding, varyByEncoding } from './compressed-answers.ts';

/** The content of `/metrics`. */
export type MetricsPage = { readonly contentType: string; readonly text: () => Promise<string> };

/** What the pages beside the API need. */
export type PagesOptions = {
  /** Resolves if the store takes events now. */
  readonly ping: () => Promise<void>;
  readonly authenticate: Authenticate;
  readonly metrics: MetricsPage;
  /** Whether GraphiQL is at `/graphiql`. */
  readonly offlineIde: boolean;
  /** Whether the character sheet sends the ids of its operations: their texts may not be answered. */
  readonly sheetSendsIds: boolean;
  readonly log: Pick<Logger, 'warn'>;
};

/**
 * Everything beside the API: `/livez` (the process runs) and `/readyz` (the store answers), `/metrics` for callers
 * of the API, the character sheet at `/`, and GraphiQL.
 */
export async function pages(server: FastifyInstance, options: PagesOptions): Promise<void> {
  serveHealth(server, options);
  serveMetrics(server, options);
  await serveSheet(server, options);
  if (options.offlineIde) serveGraphiql(server);
}

/** How long the answer of a look at the store is kept, so that many probes are one look. */
const keptMs = 1_000;

function serveHealth(server: FastifyInstance, { ping, log }: PagesOptions): void {
  server.get('/livez', async () => ({ status: 'live' }));
  const look = async (requestId: string): Promise<{ readonly failedFor?: string }> => {
    try {
      await ping();
      return {};
    } catch (err) {
      log.warn({ err, requestId }, 'The store does not answer');
      return { failedFor: requestId };
    }
  };
  let last: ReturnType<typeof look>;
  let lookAgainAt = 0;
  server.get('/readyz', async ({ id }, reply) => {
    const now = performance.now();
    if (now >= lookAgainAt) {
      lookAgainAt = now + keptMs;
      last = look(id);
    }
    const { failedFor: requestId } = await last;
    return requestId === undefined
      ? { status: 'ready' }
      : reply.code(503).send({ status: 'unavailable', requestId });
  });
}

function serveMetrics(server: FastifyInstance, { metrics, authenticate }: PagesOptions): void {
  server.get('/metrics', async (request, reply) => {
    const outcome = await authenticate(request.headers.authorization);
    if (outcome.type === 'known') return reply.type(metrics.contentType).send(await metrics.text());
    const { status, challenge } = refusalOf(outcome);
    if (challenge !== undefined) reply.header('www-authenticate', challenge);
    return reply.code(status).send({ message: outcome.reason, requestId: request.id });
  });
}

/** Where the build puts the character sheet. */
const sheet = fileURLToPath(new URL('../sheet/', import.meta.url));

/** Its files that the page loads. */
const assets = `${sheet}assets`;

/** The page for the addresses of all views, which says whether it has to send the ids of its operations. */
async function serveSheet(server: FastifyInstance, { sheetSendsIds }: PagesOptions): Promise<void> {
  const html = await readFile(`${sheet}index.html`, 'utf8');
  const page = sheetSendsIds ? html.replace('<html', '<html data-sends="ids"') : html;
  for (const view of ['/', '/character']) {
    server.get(view, (_, reply) => reply.type('text/html; charset=utf-8').send(page));
  }
  server.get('/assets/*', async (request, reply) => sendAsset(request, reply));
}

/** How the names of files end that the build has compressed, by their encoding, the smallest first. */
const endings: Readonly<Record<string, string>> = { br: '.br', gzip: '.gz' };

/** An asset of the sheet, whose name changes with its content, as the build has compressed it if the browser takes that. */
async function sendAsset({ raw, headers: asked }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const [path = ''] = (raw.url ?? '').slice('/assets'.length).split('?');
  const encoding = acceptedEncoding(asked['accept-encoding'], Object.keys(endings));
  const compressed = encoding === undefined ? [] : [{ encoding, ending: endings[encoding] ?? '' }];
  for (const { encoding, ending } of [...compressed, { encoding: undefined, ending: '' }]) {
    const { type, statusCode, headers, stream } = await send(raw, path + ending, {
      root: assets,
      index: false,
      // A range would be one of the compressed bytes. Each file is sent whole.
      acceptRanges: false,
    });
    if (type !== 'file') continue;
    if (encoding !== undefined) reply.header('content-encoding', encoding);
    varyByEncoding(reply);
    return reply
      .code(statusCode)
      .headers(headers)
      .type(contentTypeOf(path))
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(stream);
  }
  return reply.callNotFound();
}

function contentTypeOf(path: string): string {
  const type = send.mime.getType(path) ?? 'application/octet-stream';
  return send.isUtf8MimeType(type) ? `${type}; charset=utf-8` : type;
}

/**
 * GraphiQL with all its files, for machines without the internet. Its 9 MB are loaded with the first request. The
 * package is a development dependency: where it is not installed, the answer is 404.
 */
function serveGraphiql(server: FastifyInstance): void {
  server.get('/graphiql', async (_, reply) => {
    const graphiql = await import('@graphql-yoga/render-graphiql').catch(() => undefined);
    if (graphiql === undefined) return reply.callNotFound();
    const page = graphiql.renderGraphiQL({
      title: 'Character event store',
      endpoint: '/graphql',
      subscriptionsProtocol: 'WS',
      defaultQuery: '{ characters { nodes { id name hitPoints } } }',
    });
    return reply.type('text/html; charset=utf-8').send(withTokens(page));
  });
}

/**
 * The page of GraphiQL, which by itself sends its headers with requests alone: here also as parameters of a
 * connection. They are those that were edited last, or that it has kept. A connection that is refused shows why.
 */
function withTokens(page: string): string {
  const script = `
    let headers = localStorage.getItem('graphiql:headers');
    const options = {
      onEditHeaders: (text) => { headers = text; },
      connectionParams: () => ({ headers: JSON.parse(headers || '{}') }),
    };
    CloseEvent.prototype.toJSON = function () { return { message: this.reason, code: this.code }; };`;
  return page
    .replace('<script>', (start) => start + script)
    .replace('"subscriptionsProtocol":"WS"', (last) => `${last},...options`);
}
