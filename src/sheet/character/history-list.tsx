import { useRef, useState } from 'preact/hooks';
import { useSteady } from '../steady.ts';
import { Words } from '../words.tsx';
import { type FollowedCharacter, type Line, undoneBy } from './history.ts';
import { HistoryLine } from './history-line.tsx';
import { useHold } from './hold.ts';
import type { OpenCharacter } from './open-character.ts';

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
  const steady = useSteady(`${shown[shown.length - 1]?.version}`);
  const byVersion = new Map(lines.map((line) => [line.version, line]));
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
              before={byVersion.get(line.version - 1)}
              takenBack={line.reverts === null ? undefined : byVersion.get(line.reverts)}
              state={undone.has(line.version) ? 'undone' : undoing.has(line.version) ? 'undoing' : 'done'}
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
