import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { createEncoder } from '../graphql/utf8-in-turns.ts';

/** What a new connection sends before its first acknowledgement, 10 packets: below it no round trip is saved. */
const shortestLength = 14_600;

/** The quickest level: 25 KB of events become a fifth in 0.06 ms, 5 MB in 17 ms; level 6 saves 3 % more in thrice that. */
const level = constants.Z_BEST_SPEED;
const compress = promisify(gzip);

/**
 * Compresses answers of more than 14,600 letters with gzip, beside the event loop, for callers that take it. Files
 * are left alone: those of the sheet were compressed when they were built. Register it before what counts the bytes
 * of answers.
 *
 * The length of a compressed answer tells whether a text stands in it twice (the attack BREACH). It tells no token:
 * no answer holds one, since they come in a header that is never repeated. Nor can a page of another origin have an
 * answer sent in someone's name: there are no cookies, and whatever a browser sends without asking first is refused.
 * What is left is a caller who writes into a character, and reads the lengths of another's answers on the network.
 *
 * @see https://www.breachattack.com
 */
export const compressedAnswers = fp(async (server) => {
  const encode = createEncoder();
  server.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload !== 'string' || payload.length <= shortestLength) return done();
    varyByEncoding(reply);
    if (acceptedEncoding(request.headers['accept-encoding'], ['gzip']) === undefined) return done();
    encode(payload)
      .then((bytes) => (reply.raw.closed ? bytes : compress(bytes, { level })))
      .then((bytes) => {
        reply.header('content-encoding', 'gzip').removeHeader('content-length');
        done(null, bytes);
      }, done);
  });
});

/**
 * The encoding of these, the best first, that a caller prefers; `undefined` if it takes none. The negotiator takes `*`
 * for the first of them, also where the caller refuses that one by name.
 */
export function acceptedEncoding(header = '', encodings: readonly string[]): string | undefined {
  const entries = header.split(',').map((entry) => entry.split(';').map((part) => part.trim().toLowerCase()));
  const refused = entries.filter(([, quality = '']) => /^q=0(?:\.0*)?$/.test(quality)).map(([name]) => name);
  const others = encodings.filter((encoding) => !refused.includes(encoding));
  return negotiate(header.toLowerCase(), others) ?? undefined;
}

/** Tells caches that an answer has several forms, beside what else it depends on. */
export function varyByEncoding(reply: FastifyReply): void {
  const others = reply.getHeader('vary');
  reply.header('vary', others === undefined ? 'accept-encoding' : `${String(others)}, accept-encoding`);
}
