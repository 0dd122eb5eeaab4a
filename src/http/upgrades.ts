import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connection of a request. Node keeps there the answer that it writes now, and those after it elsewhere. */
type Connection = Socket & { readonly _httpMessage?: ServerResponse | null };

/** Called with what Node gives to listeners of `upgrade`. */
type OnUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Gives the handshakes of WebSockets to `onHandshake`, once earlier requests of the connection are answered. Every
 * other request that asks for an upgrade is answered as if it did not, as RFC 9110 allows; HTTP clients ask for
 * HTTP/2 in this way.
 *
 * Node would not read a request as HTTP any more once anyone listens for upgrades; without a listener it loses
 * the requests that come in one piece with the end of such a request. So the connection is handed to Node anew, and
 * the request put back in front of what is still to be read, without its `Upgrade`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.8
 * @see https://nodejs.org/api/http.html#event-connection
 */
export function divideUpgrades(server: Server, onHandshake: OnUpgrade): void {
  server.on('upgrade', (request: IncomingMessage, _, head) => {
    const { socket } = request;
    const onError = (): unknown => socket.destroy();
    const afterAnswers = ({ _httpMessage: earlier }: Connection): void => {
      if (earlier) {
        earlier.once('close', () => afterAnswers(socket));
      } else if (socket.writable) {
        socket.off('error', onError);
        if (isHandshake(request)) onHandshake(request, socket, head);
        else readAnew(server, request, head);
      }
    };
    socket.on('error', onError);
    afterAnswers(socket);
  });
}

function readAnew(server: Server, request: IncomingMessage, rest: Buffer): void {
  const { socket } = request;
  // Node may have set a time-out after the answer before.
  socket.setTimeout(0);
  server.emit('connection', socket);
  socket.unshift(Buffer.concat([withoutUpgrade(request), rest]));
}

/** Whether a request opens a WebSocket. Its other rules are held by the handshake itself. */
function isHandshake({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** The head of a request as it was sent, but for `Upgrade`. Node reads heads as Latin-1. */
function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let nth = 0; nth < rawHeaders.length; nth += 2) {
    const [name = '', value] = rawHeaders.slice(nth, nth + 2);
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
