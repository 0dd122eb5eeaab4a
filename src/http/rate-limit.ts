import type { FastifyInstance } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Too many requests of one caller. */
export const tooMany = {
  message: 'The server takes no more requests of yours for now.',
  extensions: { code: 'THROTTLED', retryable: true },
} as const;

/**
 * Counts one more request of a caller. Answers with how many seconds it has to wait, or `undefined` if it need
 * not.
 */
export type RateLimit = (caller: string) => Promise<number | undefined>;

/** A limit of so many requests a minute for each caller, in this process; 0 is no limit. */
export function createRateLimit(perMinute: number): RateLimit {
  if (perMinute === 0) return async () => undefined;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (caller) => {
    try {
      await limiter.consume(caller);
      return undefined;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return Math.ceil(refusal.msBeforeNext / 1_000);
    }
  };
}

/** Answers requests of the API with 429 while their caller has to wait. */
export function limitRequests(server: FastifyInstance, secondsToWait: RateLimit): void {
  server.addHook('onRequest', async ({ id, ip, url }, reply) => {
    const waitSeconds = url.startsWith('/graphql') ? await secondsToWait(ip) : undefined;
    if (waitSeconds === undefined) return;
    reply.code(429).header('retry-after', waitSeconds);
    return reply.send({ errors: [{ ...tooMany, extensions: { ...tooMany.extensions, requestId: id } }] });
  });
}
