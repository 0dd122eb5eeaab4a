import { isIP, SocketAddress } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller } from '../graphql/authorization.ts';

/** The error of a caller over its rate limit. */
export const tooManyRequests = {
  message: 'The server takes no more requests of yours for now.',
  extensions: { code: 'THROTTLED', retryable: true },
} as const;

/** Counts the requests of callers, each by a name that `countedAs` gives. */
export type RateLimit = {
  /** Counts one more. Gives the seconds until the next one is taken; `undefined` if this one is. */
  readonly secondsToWait: (counted: string) => Promise<number | undefined>;
  /** Takes one back that turned out to be another's. */
  readonly giveBack: (counted: string) => Promise<void>;
};

/** A limit on the requests of each caller in a fixed window of a minute, in this process; `undefined` for 0. */
export function createRateLimit(perMinute: number): RateLimit | undefined {
  if (perMinute === 0) return undefined;
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    secondsToWait: async (counted) => {
      try {
        await limiter.consume(counted);
        return undefined;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.ceil(refusal.msBeforeNext / 1_000);
      }
    },
    giveBack: async (counted) => {
      await limiter.reward(counted);
    },
  };
}

/**
 * Whom a request counts for: the subject of its token, which may be at many addresses and share each with others;
 * without a token that holds, its address.
 */
export function countedAs(caller: Caller | undefined, address: string): string {
  return caller === undefined || caller === 'anyone' ? network(address) : `subject ${caller.actor}`;
}

/**
 * The name of a caller by its address: an IPv4 address, or the first 64 bits of an IPv6 address, which are one network
 * and often one machine's. Takes what proxies write: with a port, or IPv4 within IPv6.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.5.4
 */
export function network(address: string): string {
  const [, bracketed, withPort] = /^(?:\[(.+)\](?::\d+)?|([\d.]+):\d+)$/.exec(address) ?? [];
  const bare = bracketed ?? withPort ?? address;
  const version = isIP(bare);
  if (version === 4) return bare;
  if (version === 0) return 'an unknown address';
  const { address: canonical } = new SocketAddress({ address: bare, family: 'ipv6' });
  const mapped = /^::ffff:([\d.]+)$/.exec(canonical)?.[1];
  if (mapped !== undefined) return mapped;
  const groups = canonical.split(':');
  const gap = groups.indexOf('');
  if (gap >= 0) groups.splice(gap, 1, ...Array<string>(9 - groups.length).fill('0'));
  return `${groups.slice(0, 4).join(':')}::/64`;
}
