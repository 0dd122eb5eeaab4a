import { useRef } from 'preact/hooks';
import { total } from './signed-number.ts';
import type { Past } from './use-past.ts';

/** Chooses the version to look at, and says clearly that it is the past. The latest version is `null`: now. */
export function TimeSlider(props: {
  readonly latest: number;
  readonly past: Past | null;
  readonly look: (version: number | null) => void;
}) {
  const { latest, past, look } = props;
  const slider = useRef<HTMLInputElement>(null);
  const shown = past?.version ?? latest;
  const choose = (text: string): void => {
    const wanted = Number(text);
    if (text === '' || !Number.isInteger(wanted) || wanted < 0) return;
    look(wanted >= latest ? null : wanted);
  };
  return (
    <section class="panel slider" aria-labelledby="slider-title">
      <h2 id="slider-title">Look back</h2>
      <div class="fields">
        <label class="wide">
          Version, from 0 to {latest}
          <input
            ref={slider}
            type="range"
            min={0}
            max={latest}
            step={1}
            value={shown}
            aria-valuetext={past === null ? `version ${latest}, now` : `version ${past.version} of ${latest}`}
            onInput={(event) => choose(event.currentTarget.value)}
          />
        </label>
        <label class="short">
          Exact version
          <input
            type="number"
            min={0}
            max={latest}
            value={shown}
            onInput={(event) => choose(event.currentTarget.value)}
          />
        </label>
      </div>
      <div role="status" aria-label="Time">
        {past !== null && <p class="past-words">{wordsFor(past, latest)}</p>}
      </div>
      {past !== null && (
        <button
          type="button"
          class="primary"
          onClick={() => {
            slider.current?.focus();
            look(null);
          }}
        >
          Back to now
        </button>
      )}
    </section>
  );
}

function wordsFor({ version, state, advice }: Past, latest: number): string {
  if (advice !== '') return `Version ${version} cannot be shown. ${advice}`;
  if (state?.version !== version) return `Looking up version ${version}…`;
  const words = `You are looking at the past: version ${version} of ${latest}, ${total(state.hitPoints)} hit points.`;
  return `${words} Changes still go to the present.`;
}
