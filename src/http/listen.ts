import type { FastifyInstance } from 'fastify';

/** The server cannot listen where it is told to. The message is one sentence. */
export class UnusableAddressError extends Error {
  override readonly name = 'UnusableAddressError';
}

/** Starts listening and answers with the server's address. Throws `UnusableAddressError`. */
export async function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    const reason = isAddressInUse(cause)
      ? 'something else listens there; set PORT to another one'
      : String(cause);
    throw new UnusableAddressError(`The server cannot listen on port ${port} of ${host}: ${reason}.`, {
      cause,
    });
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
