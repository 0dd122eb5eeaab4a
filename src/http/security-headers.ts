import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

/** The addresses of the API and of its tools, whose pages load what their makers want. */
const withoutPolicy = ['/graphql', '/graphiql'];

const forTheSheet: HelmetOptions = {
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
};

const forTools: HelmetOptions = {
  ...forTheSheet,
  contentSecurityPolicy: false,
  // Apollo Sandbox opens a window of its own.
  crossOriginOpenerPolicy: false,
};

/**
 * What concerns data as well as pages. The rest is left out of answers to POST, which are never pages: Node
 * checks and writes each header of each answer anew.
 */
const aboutData = ['cross-origin-resource-policy', 'x-content-type-options', 'x-frame-options'];

/**
 * Lets a browser do with an answer only what the sheet needs: nothing inline, nothing from elsewhere, no frame
 * around it, no guess at its type. The headers are the same for every answer of a kind, and put together once.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export function secureHeaders(server: FastifyInstance): void {
  const ofTheSheet = headersBy(forTheSheet);
  const ofTools = headersBy(forTools);
  const ofData = Object.fromEntries(Object.entries(ofTools).filter(([name]) => aboutData.includes(name)));
  server.addHook('onRequest', ({ method, url }, reply, done) => {
    const [path = ''] = url.split('?');
    if (!withoutPolicy.includes(path)) reply.headers(ofTheSheet);
    else reply.headers(method === 'POST' ? ofData : ofTools);
    done();
  });
}

function headersBy(options: HelmetOptions): OutgoingHttpHeaders {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(options)(response.req, response, () => undefined);
  return response.getHeaders();
}
