import type { FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import type { Logger } from 'pino';
import { createEncoder } from '../graphql/utf8-in-turns.ts';

/** The most bytes of large answers that wait to be read, all callers together. */
const mostUnreadBytes = 48_000_000;
/** Answers below this length are not counted: their number is bounded by that of connections. */
const largeAnswerBytes = 100_000;

/** An answer on its way to a caller. */
type UnreadAnswer = { readonly caller: string; readonly bytes: number; readonly cut: () => void };

/**
 * Bounds the memory of answers that their callers do not read. Once those on their way exceed 48 MB, the caller with
 * most of them loses its oldest connections until they fit, so that others do not wait for it. One line in the log
 * for each connection that is cut.
 */
export const unreadAnswers = fp(async (server, { log }: { readonly log: Pick<Logger, 'warn'> }) => {
  const unread = createUnreadAnswers(mostUnreadBytes, (caller) =>
    log.warn({ caller }, 'A caller does not read its answers; its oldest connections are cut'),
  );
  const encode = createEncoder();
  server.addHook('onSend', (request, reply, payload, done) => {
    const isText = typeof payload === 'string';
    if (!(isText || Buffer.isBuffer(payload)) || payload.length < largeAnswerBytes) return done();
    const bytes = isText ? encode(payload) : Promise.resolve(payload);
    bytes.then((sent) => {
      unread.add(request.ip, sent.length, reply);
      done(null, sent);
    }, done);
  });
});

/** The answers on their way, the oldest first. */
export function createUnreadAnswers(mostBytes: number, onCut: (caller: string) => void) {
  const waiting = new Set<UnreadAnswer>();
  let total = 0;
  const remove = (answer: UnreadAnswer) => {
    if (waiting.delete(answer)) total -= answer.bytes;
  };
  return {
    add: (caller: string, bytes: number, { raw }: Pick<FastifyReply, 'raw'>) => {
      if (raw.closed) return;
      const answer = { caller, bytes, cut: () => raw.destroy() };
      waiting.add(answer);
      total += bytes;
      raw.once('close', () => remove(answer));
      while (total > mostBytes && waiting.size > 1) {
        const largest = callerWithMost(waiting);
        const [oldest] = Array.from(waiting).filter((each) => each.caller === largest);
        if (oldest === undefined) return;
        remove(oldest);
        oldest.cut();
        onCut(largest);
      }
    },
  };
}

/** The caller who leaves most bytes unread. */
export function callerWithMost(
  unread: Iterable<{ readonly caller: string; readonly bytes: number }>,
): string {
  const bytes = new Map<string, number>();
  for (const { caller, bytes: more } of unread) bytes.set(caller, (bytes.get(caller) ?? 0) + more);
  return Array.from(bytes).reduce((most, each) => (each[1] > most[1] ? each : most), ['', -1])[0];
}
