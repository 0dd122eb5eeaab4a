import { type ReadonlySignal, signal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import type { ApiClient } from '../api-client.ts';
import { adviceOn } from '../failure.ts';
import { CharacterAtDocument } from '../generated/operations.ts';
import { hitPointWords } from '../hit-points.ts';
import { timeWords } from '../time-words.ts';
import { Words } from '../words.tsx';
import { type FollowedCharacter, type Line, lineOf } from './history.ts';

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

/** A look at the past of the character `id`. `loadedLine` gives the lines that are loaded, which need not be asked for. */
export function createLookBack(
  api: ApiClient,
  id: string,
  loadedLine: (version: number) => Line | undefined,
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
      const state = states.get(version) ?? loadedLine(version)?.state ?? undefined;
      const found = state !== undefined;
      past.value = { version, state: state ?? past.peek()?.state, found, advice: '' };
      if (!found) rest = setTimeout(() => void ask(version), restMs);
    },
  };
}

/** Chooses the event to look back at, and says clearly that it is the past. The latest event is now. */
export function TimeSlider(props: { readonly character: FollowedCharacter; readonly lookBack: LookBack }) {
  const { character, lookBack } = props;
  const past = lookBack.past.value;
  const latest = character.standing.version;
  const shown = past?.version ?? latest;
  const line = past ? lineOf(character.lines, past.version) : undefined;
  const look = (event: number): void => lookBack.look(event > latest ? null : event - 1);
  return (
    <div class="slider">
      <div class="slider-fields">
        <label>
          <Words>{`Event, 1 to ${latest + 1}`}</Words>
          <input
            id="look-back"
            type="range"
            min={1}
            max={latest + 1}
            step={1}
            value={shown + 1}
            aria-valuetext={past === null ? 'now' : `event ${shown + 1} of ${latest + 1}${whenWords(line)}`}
            onInput={(event) => look(Number(event.currentTarget.value))}
          />
        </label>
        <ExactEvent shown={shown + 1} last={latest + 1} look={look} />
      </div>
      <div class="past-words" role="status" aria-label="Time">
        {past !== null && (
          <p>
            <Words>{pastWords(past, latest, line)}</Words>
          </p>
        )}
      </div>
    </div>
  );
}

/** The number of the event to look at. While it is typed in, nothing else writes it. */
function ExactEvent(props: {
  readonly shown: number;
  readonly last: number;
  readonly look: (event: number) => void;
}) {
  const { shown, last, look } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const isMissing = typed !== null && typed !== '' && !isEvent(Number(typed), last);
  const leave = (): void => setTyped(null);
  return (
    <label class="exact">
      Exact event
      <input
        ref={field}
        id="exact-event"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        value={typed ?? String(shown)}
        aria-invalid={isMissing}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => {
          const text = event.currentTarget.value.normalize('NFKC').trim();
          setTyped(text);
          if (text !== '' && isEvent(Number(text), last)) look(Number(text));
        }}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          leave();
        }}
      />
    </label>
  );
}

function isEvent(event: number, last: number): boolean {
  return Number.isInteger(event) && event >= 1 && event <= last;
}

function pastWords({ version, state, found, advice }: Past, latest: number, line: Line | undefined): string {
  const event = `event ${version + 1} of ${latest + 1}`;
  if (advice !== '') return `The past cannot be shown at ${event}. ${advice}`;
  if (!found || state === undefined) return `Looking up ${event}…`;
  const words = `You are looking at the past: ${event}${whenWords(line)}, ${hitPointWords(state.hitPoints)}.`;
  return `${words} Changes still go to the present.`;
}

function whenWords(line: Line | undefined): string {
  return line?.recordedAt == null ? '' : `, ${timeWords(line.recordedAt)}`;
}
