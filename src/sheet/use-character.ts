import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from './failure.ts';
import {
  CharacterWithHistoryDocument,
  EventAppendedDocument,
  OlderEventsDocument,
} from './generated/operations.ts';
import { type FollowedCharacter, type Line, loaded, refreshed, withEvent, withOlder } from './history.ts';
import type { Server } from './server.ts';

/** A character as it is loaded, or why it is not. */
export type Shown =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'missing' }
  | { readonly type: 'loaded'; readonly character: FollowedCharacter };

const pageSize = 50;
const nextTryMs = 3_000;
/** Events that come in a burst are drawn together. */
const burstMs = 16;

/**
 * A character, live. `onNews` is told what comes in while the page is open: the lines, each once and in order, and
 * how many more came of which only the number is known.
 */
export function useCharacter(
  server: Server,
  id: string,
  onNews: (lines: readonly Line[], unseen: number) => void,
): {
  readonly shown: Shown;
  readonly retry: () => void;
  /** Resolves to `false` if the older lines could not be loaded. */
  readonly loadOlder: () => Promise<boolean>;
  /** Enters an event that the server has answered. */
  readonly take: (line: Line) => void;
} {
  const [shown, setShown] = useState<Shown>({ type: 'loading' });
  const current = useRef<FollowedCharacter | undefined>(undefined);
  const drawing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const news = useRef(onNews);
  news.current = onNews;

  const show = useCallback((character: FollowedCharacter): void => {
    const before = current.current?.standing.version;
    current.current = character;
    drawing.current ??= setTimeout(() => {
      drawing.current = undefined;
      if (current.current !== undefined) setShown({ type: 'loaded', character: current.current });
    }, burstMs);
    const added = before === undefined ? [] : character.lines.filter((line) => line.version > before);
    if (before !== undefined && added.length > 0) {
      news.current(added, character.standing.version - before - added.length);
    }
  }, []);

  /** Resolves to whether there is something to follow; rejects without an answer. */
  const load = useCallback(async (): Promise<boolean> => {
    const answer = await server.ask(CharacterWithHistoryDocument, { id, last: pageSize });
    if (answer.type === 'failed') {
      if (current.current === undefined) setShown(answer);
      throw new Error('The character did not load.');
    }
    const { character } = answer.data;
    switch (character?.__typename) {
      case 'Character': {
        const nothing = { nodes: [], pageInfo: { hasPreviousPage: false, startCursor: null } };
        const newest = loaded(character, character.events ?? nothing);
        show(current.current === undefined ? newest : refreshed(current.current, newest));
        return true;
      }
      case 'NoEventFoundError':
        setShown({ type: 'missing' });
        return true;
      default:
        setShown({ type: 'refused', message: character?.message ?? '' });
        return false;
    }
  }, [server, id, show]);

  // While one reload is on its way the events that come in only say how far it has to reach.
  const reach = useRef<number | undefined>(undefined);
  const take = useCallback(
    (line: Line): void => {
      if (reach.current !== undefined) {
        reach.current = Math.max(reach.current, line.version);
        return;
      }
      const following = current.current && withEvent(current.current, line);
      if (following?.type === 'followed') {
        show(following.character);
        return;
      }
      reach.current = line.version;
      const reload = async (): Promise<void> => {
        while (reach.current !== undefined && (current.current?.standing.version ?? -1) < reach.current) {
          await load().catch(() => new Promise((resolve) => setTimeout(resolve, nextTryMs)));
        }
        reach.current = undefined;
      };
      void reload();
    },
    [load, show],
  );

  const loadOlder = useCallback(async (): Promise<boolean> => {
    const before = current.current?.startCursor ?? null;
    const answer = await server.ask(OlderEventsDocument, { id, last: pageSize, before });
    const page = answer.type === 'answered' ? answer.data.characterEvents : null;
    if (page?.__typename !== 'EventConnection' || current.current === undefined) return false;
    show(withOlder(current.current, before, page));
    return true;
  }, [server, id, show]);

  useEffect(() => {
    let stop = (): void => {};
    let next: ReturnType<typeof setTimeout> | undefined;
    let open = true;
    const follow = (): (() => void) =>
      server.live.follow(
        EventAppendedDocument,
        () => ({ characterId: id, afterVersion: current.current?.standing.version ?? -1 }),
        ({ eventAppended }) => {
          if (eventAppended !== null) take(eventAppended);
        },
      );
    // Followed only from the version that is loaded, so that a long history is never sent whole.
    const begin = async (): Promise<void> => {
      const answer = await load().catch(() => 'unanswered');
      if (!open) return;
      if (answer === 'unanswered') next = setTimeout(begin, nextTryMs);
      else if (answer) stop = follow();
    };
    void begin();
    const returned = server.live.onReturn(async () => {
      await load();
    });
    return () => {
      open = false;
      clearTimeout(next);
      returned();
      stop();
    };
  }, [server, id, load, take]);

  const retry = useCallback(() => void load().catch(() => {}), [load]);
  return { shown, retry, loadOlder, take };
}
