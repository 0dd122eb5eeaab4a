import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { adviceOn } from './failure.ts';
import { CharacterAtDocument, type CharacterAtQuery } from './generated/operations.ts';
import type { Server } from './server.ts';

/** A character as it was right after one of its events. */
export type PastState = Extract<CharacterAtQuery['characterAt'], { readonly __typename: 'CharacterState' }>;

/** A look at the past. `state` is the last one that was answered, until the wanted one is there. */
export type Past = {
  readonly version: number;
  readonly state: PastState | undefined;
  /** Why the wanted state is not there; empty while all is well. */
  readonly advice: string;
};

const restMs = 150;

/** Looks at a character's past once the wanted version has rested for a moment; `null` looks at now. */
export function usePast(
  server: Server,
  id: string,
): { readonly past: Past | null; readonly look: (version: number | null) => void } {
  const [past, setPast] = useState<Past | null>(null);
  const seen = useRef(new Map<number, PastState>());
  const version = past?.version;

  const look = useCallback((wanted: number | null): void => {
    setPast((before) =>
      wanted === null
        ? null
        : { version: wanted, state: seen.current.get(wanted) ?? before?.state, advice: '' },
    );
  }, []);

  useEffect(() => {
    if (version === undefined || seen.current.has(version)) return;
    const settle = (changes: Partial<Past>): void =>
      setPast((now) => (now?.version === version ? { ...now, ...changes } : now));
    const ask = async (): Promise<void> => {
      const answer = await server.ask(CharacterAtDocument, { id, version });
      if (answer.type === 'failed') return settle({ advice: adviceOn(answer.failure) });
      const state = answer.data.characterAt;
      if (state?.__typename !== 'CharacterState') return settle({ advice: state?.message ?? '' });
      seen.current.set(version, state);
      settle({ state });
    };
    const rested = setTimeout(() => void ask(), restMs);
    return () => clearTimeout(rested);
  }, [server, id, version]);

  return { past, look };
}
