import type { ServerOptions } from 'graphql-ws';
import type { Extra } from 'graphql-ws/use/ws';
import type { Connection } from '../graphql/subscriptions.ts';
import type { Authenticate } from './authentication.ts';

/** What graphql-ws is told of subscriptions over a WebSocket. */
export type WebSocketOptions = ServerOptions<Record<string, unknown>, Extra & Connection>;

/** Nobody gets in without a better token. Clients of graphql-ws do not try again by themselves. */
const unauthorized = 4401;
/** The token has ended. Clients of graphql-ws connect again, and are asked for their parameters again. */
const tokenEnded = 4403;
const tryAgainLater = 1013;
const longestTimerMs = 2 ** 31 - 1;

/**
 * Subscriptions for those who are let in by the `authorization` in the parameters of their connection: who is not
 * is closed out with code 4401, or 1013 if that cannot be told now. When the token ends the connection is closed
 * with code 4403.
 */
export function authenticated(
  subscriptions: ServerOptions<Record<string, unknown>, Connection>,
  authenticate: Authenticate,
): WebSocketOptions {
  return {
    ...subscriptions,
    onConnect: async ({ connectionParams, extra }) => {
      const outcome = await authenticate(connectionParams?.['authorization']);
      if (outcome.type !== 'known') {
        extra.socket.close(outcome.type === 'refused' ? unauthorized : tryAgainLater, outcome.reason);
        return false;
      }
      extra.caller = outcome.caller;
      if (outcome.caller !== 'anyone') closeAtEnd(extra, outcome.caller.expiresAt);
      return true;
    },
  };
}

function closeAtEnd({ socket }: Extra, expiresAt: number): void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    const left = expiresAt - Date.now();
    if (left <= 0) socket.close(tokenEnded, 'The token has ended; connect again with a new one.');
    else timer = setTimeout(wait, Math.min(left, longestTimerMs));
  };
  wait();
  socket.once('close', () => clearTimeout(timer));
}
