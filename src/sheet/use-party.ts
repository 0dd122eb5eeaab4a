import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from './failure.ts';
import { CharacterCreatedDocument, PartyDocument } from './generated/operations.ts';
import type { Standing } from './history.ts';
import { extended, joined, type PartyList, reloaded } from './party-list.ts';
import type { Server } from './server.ts';
import { useConnection } from './use-connection.ts';
import { usePartyEvents } from './use-party-events.ts';

/** The party as it is loaded, or why it is not. */
export type Party =
  | { readonly type: 'loading' }
  | { readonly type: 'failed'; readonly failure: Failure }
  | { readonly type: 'loaded'; readonly list: PartyList };

const pageSize = 100;
const nextTryMs = 3_000;

/** What is created while a subscription is on its way, or was over, is in no answer; a load after this time has it. */
const settleMs = 1_000;

/** The party, live. `join` enters a character that is known already. */
export function useParty(server: Server): {
  readonly party: Party;
  readonly retry: () => void;
  /** Resolves to `false` if the next page could not be loaded. */
  readonly loadMore: () => Promise<boolean>;
  readonly join: (standing: Standing) => void;
} {
  const [party, setParty] = useState<Party>({ type: 'loading' });
  const current = useRef<PartyList | undefined>(undefined);

  const show = useCallback((list: PartyList): void => {
    current.current = list;
    setParty({ type: 'loaded', list });
  }, []);

  const join = useCallback(
    (standing: Standing): void => {
      if (current.current !== undefined) show(joined(current.current, standing));
    },
    [show],
  );

  const load = useCallback(async (): Promise<void> => {
    const answer = await server.ask(PartyDocument, { first: pageSize });
    if (answer.type === 'answered' && answer.data.characters !== null) {
      show(reloaded(current.current, answer.data.characters));
      return;
    }
    if (answer.type === 'failed' && current.current === undefined) setParty(answer);
    throw new Error('The party did not load.');
  }, [server, show]);

  const loadMore = useCallback(async (): Promise<boolean> => {
    const after = current.current?.endCursor ?? null;
    const answer = await server.ask(PartyDocument, { first: pageSize, after });
    const page = answer.type === 'answered' ? answer.data.characters : null;
    if (page === null || current.current === undefined) return false;
    show(extended(current.current, page));
    return true;
  }, [server, show]);

  const settled = useRef<ReturnType<typeof setTimeout>>(undefined);
  const loadOnceSettled = useCallback((): void => {
    clearTimeout(settled.current);
    settled.current = setTimeout(() => void load().catch(() => {}), settleMs);
  }, [load]);

  useEffect(() => {
    let next: ReturnType<typeof setTimeout> | undefined;
    const begin = (): void => {
      void load().catch(() => {
        next = setTimeout(begin, nextTryMs);
      });
    };
    begin();
    const returned = server.live.onReturn(load);
    const created = server.live.follow(
      CharacterCreatedDocument,
      () => {
        loadOnceSettled();
        return {};
      },
      ({ characterCreated }) => {
        if (characterCreated !== null) join(characterCreated);
      },
    );
    return () => {
      clearTimeout(next);
      clearTimeout(settled.current);
      returned();
      created();
    };
  }, [server, load, loadOnceSettled, join]);

  const connection = useConnection(server.live);
  useEffect(() => {
    if (connection === 'connected') loadOnceSettled();
  }, [connection, loadOnceSettled]);

  usePartyEvents(server, party.type === 'loaded' ? party.list.characters : [], join);
  const retry = useCallback(() => void load().catch(() => {}), [load]);
  return { party, retry, loadMore, join };
}
