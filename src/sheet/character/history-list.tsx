import { useRef, useState } from 'preact/hooks';
import { total } from '../hit-points.ts';
import { noteOf, shortened } from '../pending-change.ts';
import { useHold, useSteady } from '../steady.ts';
import { timeWords } from '../time-words.ts';
import { Figure, Verbatim, Words } from '../words.tsx';
import type { OpenCharacter } from './character-store.ts';
import {
  type Deed,
  deedsOf,
  type FollowedCharacter,
  type Line,
  lineOf,
  undoneBy,
  undoTargets,
  wordsOf,
} from './history.ts';

/**
 * The history, newest first, with an undo for every line. While somebody aims at a line, new ones wait behind a button.
 * `undoing` are the versions whose undo is on its way; without `onUndo` nothing can be undone.
 */
export function HistoryList(props: {
  readonly character: FollowedCharacter;
  readonly open: OpenCharacter;
  readonly undoing: ReadonlySet<number>;
  readonly onUndo: ((line: Line) => void) | undefined;
}) {
  const { character, open, undoing, onUndo } = props;
  const { lines, standing } = character;
  const { held, listeners } = useHold();
  const [wanted, setWanted] = useState(standing.version);
  const newest = useRef(standing.version);
  if (!held) newest.current = standing.version;
  const upTo = Math.max(newest.current, wanted);
  const oldest = open.oldestShown.value;
  const shown = lines.filter(({ version }) => version <= upTo && version >= oldest);
  const waiting = standing.version - upTo;
  const undone = undoneBy(lines);
  const targetOf = undoTargets(lines);
  const stateOf = (version: number) =>
    undone.has(version) ? 'undone' : undoing.has(targetOf(version)) ? 'undoing' : 'done';
  const steady = useSteady(`${shown[shown.length - 1]?.version}`);
  const takenBackWords = ({ reverts }: Line): string | undefined => {
    const line = reverts === null ? undefined : lineOf(lines, reverts);
    return line && wordsOf(line, lines);
  };
  return (
    <section class="history" aria-labelledby="history-title" {...listeners}>
      <HistoryHead waiting={waiting} onShow={() => setWanted(standing.version)} />
      <ol class="lines" aria-labelledby="history-title" onClickCapture={steady}>
        {shown
          .slice()
          .reverse()
          .map((line) => (
            <HistoryLine
              key={line.version}
              line={line}
              before={lineOf(lines, line.version - 1)}
              words={wordsOf(line, lines)}
              takenBack={takenBackWords(line)}
              state={stateOf(line.version)}
              onUndo={onUndo}
            />
          ))}
      </ol>
      {standing.version + 1 > printedLines && (
        <p class="printed-only">
          <Words>{`The newest ${printedLines} of ${standing.version + 1} events.`}</Words>
        </p>
      )}
      <Older character={character} open={open} shownFrom={shown[0]?.version ?? 0} />
    </section>
  );
}

function HistoryHead({ waiting, onShow }: { readonly waiting: number; readonly onShow: () => void }) {
  return (
    <div class="history-head">
      <h2 id="history-title">History</h2>
      <div role="status" aria-label="New events">
        {waiting > 0 && (
          <button type="button" class="new-lines" onClick={onShow}>
            <Words>{`${waiting} new`}</Words>
          </button>
        )}
      </div>
    </div>
  );
}

/** So many lines fit on a printed page: see character.css. */
const printedLines = 15;
const moreLines = 50;

function Older(props: {
  readonly character: FollowedCharacter;
  readonly open: OpenCharacter;
  readonly shownFrom: number;
}) {
  const { character, open, shownFrom } = props;
  const [advice, setAdvice] = useState('');
  const older = async (): Promise<void> => {
    setAdvice('');
    const [first] = character.lines;
    const isLoaded = first !== undefined && first.version < shownFrom;
    if (isLoaded || (await open.loadOlder())) open.oldestShown.value = Math.max(0, shownFrom - moreLines);
    else setAdvice('The older events could not be loaded. Try again.');
  };
  return (
    <>
      <p class="advice" role="alert">
        <Words>{advice}</Words>
      </p>
      {shownFrom > 0 && (
        <button type="button" class="older" id="older" onClick={() => void older()}>
          Show older events
        </button>
      )}
    </>
  );
}

/** One event: what it did, what there was after it, why, when and by whom; and its undo. */
function HistoryLine(props: {
  readonly line: Line;
  /** The line in front of it, where it is loaded. */
  readonly before: Line | undefined;
  /** What it did. */
  readonly words: string;
  /** What the line did that it takes back, where that is loaded. */
  readonly takenBack: string | undefined;
  readonly state: 'done' | 'undoing' | 'undone';
  readonly onUndo: ((line: Line) => void) | undefined;
}) {
  const { line, before, words, takenBack, state, onUndo } = props;
  const note = noteOf(line);
  return (
    <li class={`line ${state}`} tabIndex={-1}>
      <p class="line-deeds">
        <Deeds deeds={deedsOf(line, before)} />
      </p>
      <p class="line-total">{line.state !== null && <TotalAfter state={line.state} />}</p>
      <div class="line-words">
        {note !== '' && <Note note={note} />}
        {line.reverts !== null && <TakesBack words={takenBack} />}
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
            aria-label={`Undo ${shortened(words)}, event ${line.version + 1}`}
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

/** What an event did, each thing in an element of its own. */
export function Deeds({ deeds }: { readonly deeds: readonly Deed[] }) {
  return (
    <>
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
    </>
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

function TakesBack({ words }: { readonly words: string | undefined }) {
  return (
    <p class="line-mark">
      <Words>{words === undefined ? 'Takes back an earlier event' : 'Takes back '}</Words>
      {words !== undefined && <Verbatim>{shortened(words)}</Verbatim>}
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
