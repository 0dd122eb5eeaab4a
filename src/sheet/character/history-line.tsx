import { useState } from 'preact/hooks';
import { total } from '../hit-points.ts';
import { lineWords, noteOf } from '../pending-change.ts';
import { Figure, Verbatim, Words } from '../words.tsx';
import { type Deed, deedsOf, type Line } from './history.ts';
import { shortened, timeWords } from './phrases.ts';

/** One event: what it did, what there was after it, why, when and by whom; and its undo. */
export function HistoryLine(props: {
  readonly line: Line;
  /** The line in front of it, and the one that it takes back; where they are loaded. */
  readonly before: Line | undefined;
  readonly takenBack: Line | undefined;
  readonly state: 'done' | 'undoing' | 'undone';
  readonly onUndo: ((line: Line) => void) | undefined;
}) {
  const { line, before, takenBack, state, onUndo } = props;
  const note = noteOf(line);
  return (
    <li class={`line ${state}`} tabIndex={-1}>
      <Deeds deeds={deedsOf(line, before)} />
      <p class="line-total">{line.state !== null && <TotalAfter state={line.state} />}</p>
      <div class="line-words">
        {note !== '' && <Note note={note} />}
        {line.reverts !== null && <TakesBack line={takenBack} />}
        <p class="line-time">
          <RecordedAt at={line.recordedAt} />
          {line.actor !== null && (
            <span>
              <Words> by </Words>
              <Verbatim>{line.actor}</Verbatim>
            </span>
          )}
        </p>
      </div>
      <div class="line-undo">
        {onUndo !== undefined && state === 'done' ? (
          <button
            type="button"
            class="quiet"
            id={`undo-${line.version}`}
            aria-label={`Undo ${shortened(lineWords(line))}, event ${line.version + 1}`}
            onClick={(event) => {
              // The button goes once it is pressed; the line keeps the place.
              event.currentTarget.closest('li')?.focus({ preventScroll: true });
              onUndo(line);
            }}
          >
            Undo
          </button>
        ) : (
          <span class="line-mark">
            <Words>{stateWords[state]}</Words>
          </span>
        )}
      </div>
    </li>
  );
}

const stateWords = { done: '', undoing: 'undoing…', undone: 'undone' } as const;

function Deeds({ deeds }: { readonly deeds: readonly Deed[] }) {
  return (
    <p class="line-deeds">
      {deeds.map(({ words, kind, name }, place) => (
        <span key={words} class={`deed ${kind}`}>
          <span>{place === 0 ? '' : ', '}</span>
          <Words>{words}</Words>
          {name !== undefined && (
            <span>
              <span> </span>
              <Verbatim>{name}</Verbatim>
            </span>
          )}
        </span>
      ))}
    </p>
  );
}

function TotalAfter({ state }: { readonly state: NonNullable<Line['state']> }) {
  return (
    <>
      <span aria-hidden="true">→ </span>
      <span class="unseen"> to </span>
      <Figure>{total(state.hitPoints)}</Figure>
      {state.temporaryHitPoints > 0 && (
        <span class="temporary">
          <Figure>{` +${state.temporaryHitPoints}`}</Figure>
          <span class="unseen"> temporary</span>
        </span>
      )}
    </>
  );
}

function TakesBack({ line }: { readonly line: Line | undefined }) {
  return (
    <p class="line-mark">
      <Words>{line === undefined ? 'Takes back an earlier event' : 'Takes back '}</Words>
      {line !== undefined && <Verbatim>{shortened(lineWords(line))}</Verbatim>}
    </p>
  );
}

const longNote = 240;
const manyLines = 4;

function Note({ note }: { readonly note: string }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = note.length > longNote || note.split('\n').length > manyLines;
  return (
    <>
      <p class={isLong && !isWhole ? 'line-note folded' : 'line-note'} dir="auto" translate={false}>
        {note}
      </p>
      {isLong && (
        <button
          type="button"
          class="quiet fold"
          aria-expanded={isWhole}
          onClick={() => setWhole((whole) => !whole)}
        >
          <Words>{isWhole ? 'Show less' : 'Show all'}</Words>
        </button>
      )}
    </>
  );
}

function RecordedAt({ at }: { readonly at: string | null }) {
  if (at === null) return <Words>time not recorded</Words>;
  return (
    <time dateTime={at}>
      <Words>{timeWords(at)}</Words>
    </time>
  );
}
