import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** Why a request is refused before any operation, or why answering it failed. */
type Refusal = { readonly status: number; readonly message: string; readonly requestId?: string };

/** The form of refusals beside the API. */
export function plainRefusal({ message, requestId }: Refusal): object {
  return { message, requestId };
}

/** The form of the API's: the code is that of the status, such as `PAYLOAD_TOO_LARGE`. */
export function graphqlRefusal({ status, message, requestId }: Refusal): object {
  const code = (STATUS_CODES[status] ?? '').toUpperCase().replaceAll(' ', '_');
  const retryable = status === 408 || status === 503;
  return { errors: [{ message, extensions: { code, retryable, requestId } }] };
}

const maskedMessage = 'The server failed to answer. Its log says why, under this request id.';

/**
 * Answers the errors of routes: refusals, with a status from 400 to 499 or 503, as they say. Anything else is logged,
 * and not told.
 */
export function refuseAs(formOf: (refusal: Refusal) => object, log: Pick<Logger, 'error'>) {
  return (error: FastifyError, { id: requestId }: FastifyRequest, reply: FastifyReply): void => {
    // Apollo Server's integration puts an address together from what the request says of its host.
    const isWrongHost = error.code === 'ERR_INVALID_URL';
    const status = isWrongHost ? 400 : (error.statusCode ?? statusSet(reply));
    const isFault = status >= 500 && status !== 503;
    if (isFault) log.error({ err: error, requestId }, 'A request could not be answered');
    const message = isFault ? maskedMessage : error.message;
    reply.code(status).send(formOf({ status, message, requestId }));
  };
}

/** The status that was set before the error; 500 if none was. */
function statusSet({ statusCode }: FastifyReply): number {
  return statusCode < 400 ? 500 : statusCode;
}

const refusalsOfNode: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'Expected the whole request within 10 s.' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'Expected at most 16 KB of headers.' },
};

/**
 * Answers what does not become a request, and ends its connection. Which address it was for may not be known: most
 * of what is sent here is for the API.
 *
 * @see https://nodejs.org/api/http.html#event-clienterror
 */
export function refuseConnection({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const refusal = refusalsOfNode[code] ?? { status: 400, message: 'Expected a request of HTTP/1.1.' };
  const body = JSON.stringify(graphqlRefusal(refusal));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
