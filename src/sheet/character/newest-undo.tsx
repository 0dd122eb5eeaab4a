import { useRef, useState } from 'preact/hooks';
import { total } from '../hit-points.ts';
import { shortened } from '../pending-change.ts';
import { useHold, useSteady } from '../steady.ts';
import { Figure, Verbatim } from '../words.tsx';
import { type Line, newestUndoable, undoneBy, wordsOf } from './history.ts';

/**
 * The newest event that can be undone, in reach of the thumb. While somebody aims at the button it keeps its event,
 * whatever comes in. `undoing` are the versions whose undo is on its way.
 */
export function NewestUndo(props: {
  readonly lines: readonly Line[];
  readonly undoing: ReadonlySet<number>;
  readonly onUndo: (line: Line) => void;
}) {
  const { undoing, onUndo } = props;
  const { held, listeners } = useHold();
  const [focused, setFocused] = useState(false);
  const offered = props.lines.filter(({ version }) => !undoing.has(version));
  const newest = newestUndoable(offered);
  const shown = useRef<Line | undefined>(newest);
  const stays = (held || focused) && stillUndoable(offered, shown.current);
  if (!stays) shown.current = newest;
  const line = shown.current;
  const words = line === undefined ? '' : shortened(wordsOf(line, props.lines));
  const steady = useSteady(String(line?.version));
  return (
    <div class="newest-undo" {...listeners} onClickCapture={steady}>
      {line !== undefined && (
        <>
          <p key={line.version} class="newest-words">
            <Verbatim>{words}</Verbatim>
            {line.state !== null && <Figure>{` → ${total(line.state.hitPoints)}`}</Figure>}
          </p>
          <button
            type="button"
            aria-label={`Undo the newest: ${words}`}
            onClick={() => onUndo(line)}
            onFocus={(event) => setFocused(event.currentTarget.matches(':focus-visible'))}
            onBlur={() => setFocused(false)}
          >
            Undo
          </button>
        </>
      )}
    </div>
  );
}

function stillUndoable(lines: readonly Line[], line: Line | undefined): boolean {
  if (line === undefined) return false;
  const isThere = lines.some(({ version }) => version === line.version);
  return isThere && !undoneBy(lines).has(line.version);
}
