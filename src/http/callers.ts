import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../loopback.ts';

let lastLoopback: string | undefined;

/**
 * Why a request is refused by its `Host`, in one sentence. A page elsewhere can give its own name this machine's
 * address, and would then be of the same origin; its name in `Host` gives it away.
 */
export function hostProblem({ host = '' }: IncomingHttpHeaders): string | undefined {
  // A caller names the same host again and again.
  if (host === lastLoopback) return undefined;
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  if (isLoopback(name)) {
    lastLoopback = host;
    return undefined;
  }
  return `Expected this machine in Host, such as localhost, since AUTH_MODE is off, got ${JSON.stringify(host)}.`;
}

/** Why a WebSocket is refused by its `Origin`, in one sentence. Browsers tell the origin, other clients need not. */
export function originProblem(
  { host, origin }: IncomingHttpHeaders,
  allowed: readonly string[],
): string | undefined {
  if (origin === undefined || allowed.includes(origin)) return undefined;
  if (URL.canParse(origin) && new URL(origin).host === host) return undefined;
  return `Expected this server's own origin or one of CORS_ORIGINS, got ${JSON.stringify(origin)}.`;
}
