import type { WebSocket } from '@fastify/websocket';
import type { Logger } from 'pino';
import { callerWithMost } from './unread-answers.ts';

/** The most that a WebSocket leaves unread: the largest event, and answers to some messages of its own. */
const mostOfSocket = 2_000_000;
/** So much may wait before a message is waited for: what the kernel takes at once, mostly. */
const littleBytes = 64_000;
/** The most that all of them leave unread together. */
const mostOfAll = 48_000_000;
/** What a message that waits takes besides its text. */
const bytesBeside = 500;
/** For the next message that waits to get on its way. */
const stallMs = 30_000;

/** What the server sends over one WebSocket. */
export type Outbox = {
  /**
   * Resolves when the message is on its way, at once while little waits, or when it will never be: nothing is sent once
   * the WebSocket closes.
   */
  readonly send: (text: string) => Promise<void>;
  /** Answers a ping frame. */
  readonly pong: (data: Buffer) => void;
  /** How many bytes it has been given in all. */
  readonly sentBytes: () => number;
  /** Cuts the connection if nothing of what waits has got on its way for 30 s. */
  readonly cutIfStalled: () => void;
  /** Cuts the connection, with one line in the log unless it was about to close. */
  readonly cut: (reason: string) => void;
};

type Peer = { readonly caller: string; bytes: number; readonly cut: Outbox['cut'] };

/**
 * Bounds the memory of messages that wait to be read. A WebSocket that is to be sent more while it leaves 2 MB unread
 * is cut. Once all of them leave 48 MB unread, the caller with most of it loses the WebSocket with most.
 */
export function createUnreadMessages(
  log: Pick<Logger, 'warn'>,
  most: { readonly ofSocket: number; readonly ofAll: number } = { ofSocket: mostOfSocket, ofAll: mostOfAll },
) {
  const peers = new Set<Peer>();
  let total = 0;

  function add(peer: Peer, bytes: number): void {
    peer.bytes += bytes;
    total += bytes;
    if (peer.bytes > 0) peers.add(peer);
    else peers.delete(peer);
    if (bytes > 0 && total > most.ofAll) largest(peers)?.cut('A caller does not read its WebSockets');
  }

  /** The outbox of a WebSocket that counts for this caller. */
  return (socket: WebSocket, caller: string): Outbox => {
    let [sentBytes, movedAt] = [0, 0];
    const cut = (reason: string): void => {
      if (socket.readyState === socket.OPEN) log.warn({ caller }, reason);
      socket.terminate();
    };
    const peer: Peer = { caller, bytes: 0, cut };
    const sending = (length: number, send: (onSent: () => void) => void): void => {
      const bytes = length + bytesBeside;
      sentBytes += bytes;
      if (peer.bytes === 0) movedAt = performance.now();
      add(peer, bytes);
      send(() => {
        movedAt = performance.now();
        add(peer, -bytes);
      });
    };
    const isOpen = (): boolean => {
      if (peer.bytes > most.ofSocket) cut('A WebSocket is not read');
      return socket.readyState === socket.OPEN;
    };
    return {
      send: (text) =>
        new Promise((resolve) => {
          if (!isOpen()) return resolve();
          sending(Buffer.byteLength(text), (onSent) =>
            socket.send(text, () => {
              onSent();
              resolve();
            }),
          );
          if (peer.bytes <= littleBytes) resolve();
        }),
      pong: (data) => {
        if (isOpen()) sending(data.length, (onSent) => socket.pong(data, false, onSent));
      },
      sentBytes: () => sentBytes,
      cutIfStalled: () => {
        if (peer.bytes > 0 && performance.now() - movedAt > stallMs) cut('A WebSocket takes nothing');
      },
      cut,
    };
  };
}

/** The one that leaves most unread, among those of the caller who leaves most unread. */
function largest(peers: ReadonlySet<Peer>): Peer | undefined {
  const greedy = callerWithMost(peers);
  const itsPeers = Array.from(peers).filter(({ caller }) => caller === greedy);
  return itsPeers.toSorted((one, other) => other.bytes - one.bytes)[0];
}
