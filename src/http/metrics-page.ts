import type { FastifyInstance } from 'fastify';
import type { Authenticate } from './authentication.ts';
import { refusalOf } from './unauthenticated.ts';

/** What `/metrics` answers, and what only the HTTP server can tell for it. */
export type MetricsPage = {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly webSocketOpened: () => void;
  readonly webSocketClosed: () => void;
};

/** Serves the metrics at `/metrics`, to whoever is let in to the API. */
export function serveMetrics(
  server: FastifyInstance,
  { contentType, text }: MetricsPage,
  authenticate: Authenticate,
): void {
  server.get('/metrics', async (request, reply) => {
    const outcome = await authenticate(request.headers.authorization);
    if (outcome.type === 'known') return reply.type(contentType).send(await text());
    const { status, challenge } = refusalOf(outcome);
    if (challenge !== undefined) reply.header('www-authenticate', challenge);
    return reply.code(status).send({ message: outcome.reason, requestId: request.id });
  });
}
