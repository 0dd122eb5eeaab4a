import { useRef, useState } from 'preact/hooks';
import { Words } from '../words.tsx';
import type { FollowedCharacter, Line } from './history.ts';
import type { LookBack, Past } from './look-back.ts';
import { hitPointWords, timeWords } from './phrases.ts';

/** Chooses the event to look back at, and says clearly that it is the past. The latest event is now. */
export function TimeSlider(props: { readonly character: FollowedCharacter; readonly lookBack: LookBack }) {
  const { character, lookBack } = props;
  const past = lookBack.past.value;
  const latest = character.standing.version;
  const shown = past?.version ?? latest;
  const line = character.lines.find(({ version }) => version === past?.version);
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
