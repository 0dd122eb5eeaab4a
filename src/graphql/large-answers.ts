import { GraphQLError } from 'graphql';
import { limits } from '../character/event.ts';
import { deadlinePassed, untilAborted } from '../store/errors.ts';
import { createTurnQueue, type Pause } from '../store/turn-queue.ts';
import type { OperationSize } from './operation-size.ts';

/** The most text of an answer, in bytes of UTF-8: a page of 1,000 events with the longest notes fits. */
const maxTextBytes = 10_000_000;
/** Answers that may have more are large: few are made at a time, and in turns. */
export const mostOfSmallAnswer: Pick<OperationSize, 'fields' | 'notes'> = { fields: 2_000, notes: 200 };
/** How many large answers are made at a time. The others wait, and take no memory until then. */
const mostAtOnce = 2;

/** A promise for each item costs more than the item. */
const itemsBetweenPauses = 3;

/** An answer while it is made. */
export type Answer = {
  /** Gives a text that becomes a part of the answer. Throws `ANSWER_TOO_LARGE` where all of them are too much. */
  readonly withText: (text: string) => string;
  /** The items of a list, which a large answer gets one after the other. They fail once the operation's time is over. */
  readonly inTurns: <Item>(items: readonly Item[]) => readonly (Item | Promise<Item>)[];
  /** From here on the lists of the answer wait at this pause. */
  readonly takeTurns: (pause: Pause) => void;
};

/** Aborts when the client is gone or the time is over. A getter makes the signal when it is first read. */
type Interest = { readonly clientGone: AbortSignal };

/** An answer that begins, and the most bytes of its text. */
export function createAnswer(signals: Interest, mostBytes = maxTextBytes): Answer {
  let textBytes = 0;
  let pause: (() => Promise<void>) | undefined;
  return {
    withText: (text) => {
      textBytes += Buffer.byteLength(text);
      if (textBytes > mostBytes) throw answerTooLarge(mostBytes);
      return text;
    },
    inTurns: (items) => {
      const wait = pause;
      if (wait === undefined) return items;
      let ready: Promise<unknown> = Promise.resolve();
      return items.map((item, index) => {
        if (index % itemsBetweenPauses === 0) ready = ready.then(wait);
        return ready.then(() => item);
      });
    },
    takeTurns: (betweenTurns) => {
      pause = async () => {
        await betweenTurns();
        if (signals.clientGone.aborted) throw deadlinePassed();
      };
    },
  };
}

/** The code of the error. */
export const answerTooLargeCode = 'ANSWER_TOO_LARGE';

function answerTooLarge(limit: number): GraphQLError {
  const message = `Expected an answer of at most ${limit} bytes of text, got more: ask for less at a time.`;
  return new GraphQLError(message, { extensions: { code: answerTooLargeCode, limit } });
}

/** Whether an operation is made at once: its answer has few fields and few notes, and it sends no more than a group. */
export function isSmall({ fields, notes, events }: OperationSize): boolean {
  const most = mostOfSmallAnswer;
  return fields <= most.fields && notes <= most.notes && events <= limits.groupSize;
}

/** Lets large answers share a process with all others. */
export type LargeAnswers = {
  /**
   * Resolves when this large answer of a caller may be made; call `end` after it, whatever comes of it. Throws
   * `STORE_TIMEOUT` if the signal aborts before.
   */
  readonly begin: (caller: string, signal: AbortSignal) => Promise<void>;
  readonly end: () => void;
  /** Resolves in a turn of the event loop that no other large answer has. */
  readonly turn: () => Promise<void>;
};

/**
 * A semaphore of 2 large answers, and their turns. Those that wait begin one of each caller in turn (round-robin), so
 * that no caller waits for all that another one has asked for.
 */
export function createLargeAnswers(): LargeAnswers {
  /** The callers in the order of their next turn. */
  const waiting = new Map<string, Set<() => void>>();
  let underWay = 0;
  return {
    begin: async (caller, signal) => {
      if (underWay < mostAtOnce) {
        underWay += 1;
        return;
      }
      let mayBegin = () => {};
      const turn = new Promise<void>((resolve) => {
        mayBegin = resolve;
      });
      const ofCaller = waiting.get(caller) ?? new Set();
      waiting.set(caller, ofCaller.add(mayBegin));
      await untilAborted(turn, signal, async () => {
        if (!ofCaller.delete(mayBegin)) return;
        if (ofCaller.size === 0) waiting.delete(caller);
        throw deadlinePassed();
      });
    },
    end: () => {
      const [next] = waiting;
      if (next === undefined) {
        underWay -= 1;
        return;
      }
      const [caller, ofCaller] = next;
      const [begin = () => {}] = ofCaller;
      ofCaller.delete(begin);
      waiting.delete(caller);
      if (ofCaller.size > 0) waiting.set(caller, ofCaller);
      begin();
    },
    turn: createTurnQueue(),
  };
}
