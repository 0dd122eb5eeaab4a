import type { IncomingHttpHeaders } from 'node:http';
import fp from 'fastify-plugin';
import { isLoopback } from '../config.ts';

/**
 * Refuses requests whose `Host` is not a loopback name, with 403, before anything else. Without authentication it
 * is the guard against DNS rebinding: a page elsewhere that points its own name at this machine would be of the
 * same origin as the server, but its name stays in `Host`.
 *
 * @see https://owasp.org/www-community/attacks/DNS_Rebinding
 */
export const loopbackHostsOnly = fp(async (server) => {
  server.addHook('onRequest', ({ url, headers }, reply, done) => {
    const problem = hostProblem(url, headers);
    if (problem === undefined) done();
    else reply.code(403).send(new Error(problem));
  });
});

// The host of an absolute target counts in place of `Host` (RFC 9112 3.2.2).
function hostProblem(url: string, headers: IncomingHttpHeaders): string | undefined {
  const host = URL.canParse(url) ? new URL(url).host : (headers.host ?? '');
  if (isLoopback(host.replace(/:\d*$/, ''))) return undefined;
  return `Expected this machine in Host, such as localhost, since AUTH_MODE is off, got ${JSON.stringify(host)}.`;
}

/**
 * Why the `Origin` of a WebSocket is refused, in one sentence; `undefined` if it is not. It is the guard against
 * cross-site WebSocket hijacking, since browsers apply no CORS to WebSockets. Clients that are no browser send no
 * `Origin` and pass.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/WebSocket_Security_Cheat_Sheet.html
 */
export function originProblem(
  { host, origin }: IncomingHttpHeaders,
  allowed: readonly string[],
): string | undefined {
  if (origin === undefined || allowed.includes(origin)) return undefined;
  if (URL.canParse(origin) && new URL(origin).host === host) return undefined;
  return `Expected this server's own origin or one of CORS_ORIGINS, got ${JSON.stringify(origin)}.`;
}
