import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import { hitPointWords } from '../hit-points.ts';
import { shownName } from '../names.ts';
import { usePlace } from '../navigation.tsx';
import { isUnsent } from '../outbox-entry.ts';
import type { Page } from '../page.ts';
import type { Appended } from '../pending-change.ts';
import { useSteadyPlaces } from '../steady.ts';
import { AbsentCharacter, Unloaded } from './absent-character.tsx';
import { ChangeForm } from './change-form.tsx';
import { CharacterHead } from './character-head.tsx';
import type { CharacterStore, OpenCharacter } from './character-store.ts';
import { type FollowedCharacter, type Line, lineOf, type Standing, undoOf } from './history.ts';
import { HistoryList } from './history-list.tsx';
import { HitPointChart } from './hit-point-chart.tsx';
import { createLookBack, type LookBack, TimeSlider } from './look-back.tsx';
import { MoreChanges } from './more-changes.tsx';
import { NewestUndo } from './newest-undo.tsx';

/** A character, live, or what to do where there is none. */
export function CharacterView(props: {
  readonly page: Page;
  readonly store: CharacterStore;
  readonly id: string;
}) {
  const { page, store, id } = props;
  const character = useMemo(() => store.open(id), [store, id]);
  useEffect(() => character.follow(), [character]);
  const shown = character.shown.value;
  // The width of the page counts for the place in it.
  useLayoutEffect(() => {
    document.documentElement.classList.add('character-open');
    return () => document.documentElement.classList.remove('character-open');
  }, []);
  usePlace(shown.type !== 'loading');
  const loaded = shown.type === 'loaded' ? shown.character : undefined;
  const standing = loaded?.standing ?? (shown.type === 'seen' ? shown.standing : undefined);
  useTitle(standing, id);

  if (standing === undefined) return <AbsentCharacter page={page} character={character} />;
  return (
    <PresentCharacter {...{ page, character, standing, loaded }}>
      {shown.type === 'seen' && shown.failure !== undefined && (
        <Unloaded failure={shown.failure} character={character} />
      )}
    </PresentCharacter>
  );
}

/** The bar puts the number of unsent changes in front of the title, and it stays there. */
function useTitle(standing: Standing | undefined, id: string): void {
  const points = standing?.hitPoints;
  const name = standing === undefined ? id : shownName(standing);
  useEffect(() => {
    const count = /^\(\d+\) /.exec(document.title)?.[0] ?? '';
    document.title = points === undefined ? `${count}${name}` : `${count}${name}, ${hitPointWords(points)}`;
  }, [name, points]);
}

function PresentCharacter(props: {
  readonly page: Page;
  readonly character: OpenCharacter;
  readonly standing: Standing;
  readonly loaded: FollowedCharacter | undefined;
  readonly children: ComponentChildren;
}) {
  const { page, character, standing, loaded, children } = props;
  const { id } = character;
  const mayChange = page.access.mayChange(id);
  const lookBack = useMemo(
    () => createLookBack(page.api, id, (version) => loadedLine(character, version)),
    [page, id],
  );
  const { version } = standing;
  const append = (change: Appended['change']): void => {
    character.forgetArrivals();
    const appended = { characterId: id, name: shownName(standing), seenVersion: version, change };
    page.outbox.press({ type: 'append', events: [appended] });
  };
  const undo = (line: Line): void => {
    character.forgetArrivals();
    page.outbox.press(undoOf({ ...standing, name: shownName(standing) }, line, loaded?.lines ?? []));
  };
  const undoing = versionsBeingUndone(page, id);
  const { holder, steady } = useSteadyPlaces<HTMLDivElement>();
  return (
    <div class="character">
      <div class="deeds" ref={holder} onClickCapture={steady}>
        <CharacterHead standing={standing} lookBack={lookBack} />
        {mayChange && <ChangeForm {...{ page, character, standing }} onChange={append} />}
        {mayChange && <NewestUndo lines={loaded?.lines ?? []} undoing={undoing} onUndo={undo} />}
        {/* Below what others may be about to press. */}
        {standing.archived && <PutAwayWords {...{ page, id, mayChange }} onChange={append} />}
        <MoreChanges {...{ page, standing, mayChange }} onChange={append} />
      </div>
      {children}
      {loaded !== undefined && (
        <div class="record">
          <HistoryList
            character={loaded}
            open={character}
            undoing={undoing}
            onUndo={mayChange ? undo : undefined}
          />
          <Course character={loaded} lookBack={lookBack} />
        </div>
      )}
    </div>
  );
}

function PutAwayWords(props: {
  readonly page: Page;
  readonly id: string;
  readonly mayChange: boolean;
  readonly onChange: (change: Appended['change']) => void;
}) {
  const { page, id, mayChange, onChange } = props;
  return (
    <p class="put-away-words">
      <span>Put away: not in the party any more. </span>
      {mayChange && (
        <button
          type="button"
          disabled={page.outbox.isSending(id)}
          onClick={() => onChange({ archived: false })}
        >
          Bring back
        </button>
      )}
    </p>
  );
}

function Course(props: { readonly character: FollowedCharacter; readonly lookBack: LookBack }) {
  return (
    <section class="course" aria-labelledby="course-title">
      <h2 id="course-title">Look back</h2>
      <HitPointChart {...props} />
      <TimeSlider {...props} />
    </section>
  );
}

function loadedLine({ shown }: OpenCharacter, version: number): Line | undefined {
  const now = shown.peek();
  return now.type === 'loaded' ? lineOf(now.character.lines, version) : undefined;
}

/** The versions of a character whose undo is pressed and not answered. */
function versionsBeingUndone({ outbox }: Page, id: string): ReadonlySet<number> {
  const versions = outbox.entries.value.flatMap(({ change: { command }, progress }) =>
    command.type !== 'undo' || !isUnsent(progress)
      ? []
      : command.events.filter(({ characterId }) => characterId === id).map(({ version }) => version),
  );
  return new Set(versions);
}
