import fp from 'fastify-plugin';

/** For data as well as pages: no other origin may embed it, guess its type or frame it. */
const ofData = {
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The rest of what helmet sends by default, but for HSTS, which the proxy that terminates TLS decides. */
const ofPages = {
  ...ofData,
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

/** The sheet loads its own files, calls its own server, and nothing else: nothing inline, no frame around it. */
const ofTheSheet = {
  ...ofPages,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(';'),
  'cross-origin-opener-policy': 'same-origin',
};

/** Apollo Sandbox and GraphiQL load what their makers want, and Sandbox opens a window of its own. */
const routesOfTools = ['/graphql', '/graphiql'];

/**
 * Sets the security headers of every answer. Answers to POST get the headers of data alone: they are never pages,
 * and Node checks and writes each header of each answer anew.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export const securityHeaders = fp(async (server) => {
  server.addHook('onRequest', ({ method, routeOptions: { url = '' } }, reply, done) => {
    if (!routesOfTools.includes(url)) reply.headers(ofTheSheet);
    else reply.headers(method === 'POST' ? ofData : ofPages);
    done();
  });
});
