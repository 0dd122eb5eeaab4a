import { setImmediate as nextTurn } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { deadlinePassed, untilAborted } from '../store/errors.ts';

/** The most text of an answer, in bytes of UTF-8: a page of 1,000 events with the longest notes fits. */
const maxTextBytes = 10_000_000;
/** Answers that may have more fields are large: they are made by few at a time, and in turns. */
export const fieldsOfLargeAnswers = 2_000;
/** How many large answers are made at a time. The others wait, and take no memory until then. */
const mostAtOnce = 3;
/** How long a large answer is worked on before the requests that came in meanwhile have their turn. */
const turnMs = 5;

/** An answer while it is made. */
export type Answer = {
  /** Gives a text that becomes a part of the answer. Throws `ANSWER_TOO_LARGE` where all of them exceed 10 MB. */
  readonly withText: (text: string) => string;
  /** The items of a list, which a large answer gets one after the other. They fail once the operation's time is over. */
  readonly inTurns: <Item>(items: readonly Item[]) => readonly (Item | Promise<Item>)[];
  /** From here on the lists of the answer wait for turns. */
  readonly takeTurns: (turn: () => Promise<void>) => void;
};

/** Aborts when nobody waits for the answer any more. A getter makes it when it is first read. */
type Interest = { readonly clientGone: AbortSignal };

/** An answer that begins. */
export function createAnswer(signals: Interest): Answer {
  let textBytes = 0;
  let pause: (() => Promise<void>) | undefined;
  return {
    withText: (text) => {
      textBytes += Buffer.byteLength(text);
      if (textBytes > maxTextBytes) throw answerTooLarge();
      return text;
    },
    inTurns: (items) => {
      const wait = pause;
      if (wait === undefined) return items;
      let before: Promise<unknown> = Promise.resolve();
      return items.map((item) => {
        const inTurn = before.then(wait).then(() => item);
        before = inTurn;
        return inTurn;
      });
    },
    takeTurns: (turn) => {
      pause = pauseBetweenTurns(turn, signals);
    },
  };
}

/** Of a subscription, which has many answers: each is one event, and small. */
export const answersOfSubscription: Answer = {
  withText: (text) => text,
  inTurns: (items) => items,
  takeTurns: () => undefined,
};

function pauseBetweenTurns(turn: () => Promise<void>, signals: Interest): () => Promise<void> {
  let since = performance.now();
  let pausing: Promise<void> | undefined;
  const begin = () => {
    since = performance.now();
    pausing = undefined;
  };
  return async () => {
    if (performance.now() - since > turnMs) {
      pausing ??= turn().then(begin);
      await pausing;
    }
    if (signals.clientGone.aborted) throw deadlinePassed();
  };
}

/** The code of the error. */
export const answerTooLargeCode = 'ANSWER_TOO_LARGE';

function answerTooLarge(): GraphQLError {
  const message = `Expected an answer of at most ${maxTextBytes} bytes of text, got more: ask for less at a time.`;
  return new GraphQLError(message, { extensions: { code: answerTooLargeCode, limit: maxTextBytes } });
}

/** Lets large answers share a process with all others. */
export type LargeAnswers = {
  /**
   * Resolves when this large answer may be made; call `end` after it, whatever comes of it. Throws `STORE_TIMEOUT` if
   * the signal aborts before.
   */
  readonly begin: (signal: AbortSignal) => Promise<void>;
  readonly end: () => void;
  /** Resolves in a turn of the event loop that no other large answer has. */
  readonly turn: () => Promise<void>;
};

/** A semaphore of 3 large answers, in the order of arrival, and their turns. */
export function createLargeAnswers(): LargeAnswers {
  const waiting = new Set<() => void>();
  let underWay = 0;
  return {
    begin: async (signal) => {
      if (underWay < mostAtOnce) {
        underWay += 1;
        return;
      }
      let mayBegin = () => {};
      const turn = new Promise<void>((resolve) => {
        mayBegin = resolve;
      });
      waiting.add(mayBegin);
      await untilAborted(turn, signal, async () => {
        if (waiting.delete(mayBegin)) throw deadlinePassed();
      });
    },
    end: () => {
      const [next] = waiting;
      if (next === undefined) underWay -= 1;
      else {
        waiting.delete(next);
        next();
      }
    },
    turn: createTurnQueue(),
  };
}

/** A queue from which each turn of the event loop takes one, in the order of arrival. */
export function createTurnQueue(): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    last = last.then(() => nextTurn());
    await last;
  };
}
