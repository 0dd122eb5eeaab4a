import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the build puts the character sheet. */
const folder = fileURLToPath(new URL('../sheet/', import.meta.url));
const assets = `${folder}assets`;

/**
 * Serves the character sheet: one page at every address of its views, and the files that it loads, whose names
 * change with their content.
 */
export async function serveSheet(server: FastifyInstance): Promise<void> {
  await server.register(fastifyStatic, {
    root: assets,
    prefix: '/assets/',
    cacheControl: false,
    setHeaders: (reply, path) => {
      if (path.startsWith(assets)) reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
  for (const view of ['/', '/character']) {
    server.get(view, (_, reply) => reply.sendFile('index.html', folder));
  }
}
