import { useEffect, useRef } from 'preact/hooks';
import { EventAppendedDocument } from './generated/operations.ts';
import type { Standing } from './history.ts';
import type { Server } from './server.ts';

/** A connection carries 100 subscriptions, and one of them is for new characters. */
export const mostFollowed = 99;

/** Follows the first characters of a list, each from the version that is shown. */
export function usePartyEvents(
  server: Server,
  characters: readonly Standing[],
  moved: (standing: Standing) => void,
): void {
  const shown = useRef<ReadonlyMap<string, Standing>>(new Map());
  const followed = useRef(new Map<string, () => void>());
  const first = characters.slice(0, mostFollowed);
  shown.current = new Map(first.map((standing) => [standing.id, standing]));

  useEffect(() => {
    for (const [id, stop] of followed.current) {
      if (shown.current.has(id)) continue;
      stop();
      followed.current.delete(id);
    }
    for (const { id } of first) {
      if (!followed.current.has(id)) followed.current.set(id, follow(id));
    }
  });

  useEffect(
    () => () => {
      for (const stop of followed.current.values()) stop();
      followed.current.clear();
    },
    [],
  );

  function follow(id: string): () => void {
    return server.live.follow(
      EventAppendedDocument,
      () => ({ characterId: id, afterVersion: shown.current.get(id)?.version ?? -1 }),
      ({ eventAppended: event }) => {
        const standing = shown.current.get(id);
        if (event?.state == null || standing === undefined) return;
        moved({ ...standing, ...event.state, version: event.version });
      },
    );
  }
}
