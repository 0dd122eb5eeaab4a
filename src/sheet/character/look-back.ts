import { type ReadonlySignal, signal } from '@preact/signals';
import type { ApiClient } from '../api-client.ts';
import { adviceOn } from '../failure.ts';
import { CharacterAtDocument } from '../generated/operations.ts';
import type { Line } from './history.ts';

/** A character as it stood right after one of its events. */
export type PastState = NonNullable<Line['state']>;

/** A look at the past. `state` is the last one that was found, until the wanted one is there. */
export type Past = {
  readonly version: number;
  readonly state: PastState | undefined;
  /** Whether `state` is that of `version`. */
  readonly found: boolean;
  /** Why the wanted state is not there; empty while all is well. */
  readonly advice: string;
};

/** Looks at the past of a character. */
export type LookBack = {
  /** Null while the present is shown. */
  readonly past: ReadonlySignal<Past | null>;
  /** Looks at the character after the event of this version; `null` looks at now. */
  readonly look: (version: number | null) => void;
};

/** So long a slider has to rest before its place is asked for. */
const restMs = 150;

/** A look at the past of the character `id`. `lineOf` gives the lines that are loaded, which need not be asked for. */
export function createLookBack(
  api: ApiClient,
  id: string,
  lineOf: (version: number) => Line | undefined,
): LookBack {
  const past = signal<Past | null>(null);
  const states = new Map<number, PastState>();
  let rest: ReturnType<typeof setTimeout> | undefined;

  async function ask(version: number): Promise<void> {
    const answer = await api.query(CharacterAtDocument, { id, version });
    const state = answer.type === 'answered' ? answer.data.characterAt : null;
    const found = state?.__typename === 'CharacterState';
    if (found) states.set(version, state);
    const now = past.peek();
    if (now?.version !== version) return;
    if (found) past.value = { version, state, found, advice: '' };
    else
      past.value = {
        ...now,
        advice: answer.type === 'failed' ? adviceOn(answer.failure) : (state?.message ?? ''),
      };
  }

  return {
    past,
    look: (version) => {
      clearTimeout(rest);
      if (version === null) {
        past.value = null;
        return;
      }
      const state = states.get(version) ?? lineOf(version)?.state ?? undefined;
      const found = state !== undefined;
      past.value = { version, state: state ?? past.peek()?.state, found, advice: '' };
      if (!found) rest = setTimeout(() => void ask(version), restMs);
    },
  };
}
