import fp from 'fastify-plugin';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** The error of a caller over its rate limit. */
export const tooManyRequests = {
  message: 'The server takes no more requests of yours for now.',
  extensions: { code: 'THROTTLED', retryable: true },
} as const;

/** Counts one more request of a caller. Gives the seconds until the next one is taken; `undefined` if this one is. */
export type RateLimit = (caller: string) => Promise<number | undefined>;

/** A limit on the requests of each caller in a fixed window of a minute, in this process. 0: no limit. */
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

/** Answers requests of the API, upgrades to a WebSocket included, with 429 and `Retry-After` over the limit. */
export const limitedApi = fp(async (server, { secondsToWait }: { readonly secondsToWait: RateLimit }) => {
  server.addHook('onRequest', async ({ id, ip, url }, reply) => {
    const waitSeconds = url.startsWith('/graphql') ? await secondsToWait(ip) : undefined;
    if (waitSeconds === undefined) return;
    const { message, extensions } = tooManyRequests;
    reply.code(429).header('retry-after', waitSeconds);
    return reply.send({ errors: [{ message, extensions: { ...extensions, requestId: id } }] });
  });
});
