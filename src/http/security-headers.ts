import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** The addresses of the API and of its tools, whose pages load what their makers want. */
const withoutPolicy = ['/graphql', '/graphiql'];

/**
 * Lets a browser do with an answer only what the sheet needs: nothing inline, nothing from elsewhere, no frame
 * around it, no guess at its type.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
 */
export async function secureHeaders(server: FastifyInstance): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whoever puts TLS in front of this server decides about that.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  server.addHook('onRequest', async (request, reply) => {
    const [path = ''] = request.url.split('?');
    if (!withoutPolicy.includes(path)) return;
    reply.removeHeader('content-security-policy');
    // Apollo Sandbox opens a window of its own.
    reply.removeHeader('cross-origin-opener-policy');
  });
}
