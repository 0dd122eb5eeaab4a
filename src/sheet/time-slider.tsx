/** Chooses the version to look at. At the latest one it is `null`: now. */
export function TimeSlider(props: {
  readonly latest: number;
  readonly version: number | null;
  readonly look: (version: number | null) => void;
}) {
  const { latest, version, look } = props;
  const shown = version ?? latest;
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
            type="range"
            min={0}
            max={latest}
            step={1}
            value={shown}
            aria-valuetext={version === null ? `version ${latest}, now` : `version ${version} of ${latest}`}
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
    </section>
  );
}
