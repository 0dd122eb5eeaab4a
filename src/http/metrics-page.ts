import type { FastifyInstance } from 'fastify';

/** What `/metrics` answers, and what only the HTTP server can tell for it. */
export type MetricsPage = {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly webSocketOpened: () => void;
  readonly webSocketClosed: () => void;
};

/** Serves the metrics at `/metrics`, to whoever may call any other address. */
export function serveMetrics(server: FastifyInstance, { contentType, text }: MetricsPage): void {
  server.get('/metrics', async (_request, reply) => reply.type(contentType).send(await text()));
}
