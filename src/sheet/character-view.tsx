import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ChangeForm, type Draft, emptyDraft } from './change-form.tsx';
import { CharacterHead } from './character-head.tsx';
import { CreateCharacter } from './create-character.tsx';
import { adviceOn } from './failure.ts';
import type { FollowedCharacter, Line } from './history.ts';
import { HistoryList } from './history-list.tsx';
import { HitPointChart } from './hit-point-chart.tsx';
import { Link } from './link.tsx';
import { type News, NewsOfOthers } from './news-of-others.tsx';
import { Notice } from './notice.tsx';
import type { Press } from './press.ts';
import { PressReport } from './press-report.tsx';
import { randomKey } from './random-key.ts';
import type { Server } from './server.ts';
import { TimeSlider } from './time-slider.tsx';
import { useCharacter } from './use-character.ts';
import { type ShownOutbox, useOutbox } from './use-outbox.ts';
import { usePast } from './use-past.ts';

/** A character, live, or what to do where there is none. */
export function CharacterView({ server, id }: { readonly server: Server; readonly id: string }) {
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [news, setNews] = useState<News | null>(null);
  const typing = useRef(false);
  typing.current = draft.amount !== '' || draft.note !== '';

  const hear = (lines: readonly Line[], unseen: number): void => {
    const others = lines.filter((line) => !shownOutbox.outbox.isOurs(line));
    const last = others.at(-1);
    if (last === undefined) return;
    const whileTyping = typing.current;
    setNews((before) => {
      const earlier = whileTyping && before?.whileTyping ? before.count : 0;
      return { last, count: earlier + others.length + unseen, whileTyping };
    });
  };
  const { shown, retry, loadOlder, take } = useCharacter(server, id, hear);
  const shownOutbox = useOutbox(server, `the character ${id}`, ({ event }) => take(event));

  const press = (what: Press['what'], seenVersion: number): void => {
    setNews(null);
    shownOutbox.outbox.press({ key: randomKey(), characterId: id, seenVersion, what });
  };

  return (
    <>
      <nav aria-label="Way back">
        <Link className="back" to="/">
          ← The party
        </Link>
      </nav>
      {shown.type === 'loaded' ? (
        <LoadedCharacter
          {...{ server, news, draft, setDraft, press, loadOlder, shownOutbox }}
          character={shown.character}
        />
      ) : (
        <Absent {...{ shown, id, retry, shownOutbox }} />
      )}
    </>
  );
}

function LoadedCharacter(props: {
  readonly server: Server;
  readonly character: FollowedCharacter;
  readonly news: News | null;
  readonly draft: Draft;
  readonly setDraft: (next: (draft: Draft) => Draft) => void;
  readonly press: (what: Press['what'], seenVersion: number) => void;
  readonly loadOlder: () => Promise<boolean>;
  readonly shownOutbox: ShownOutbox;
}) {
  const { character, draft, setDraft, press, shownOutbox } = props;
  const { standing } = character;
  const { past, look } = usePast(props.server, standing.id);
  useEffect(() => {
    document.title = `${standing.name}, ${standing.hitPoints} hit points`;
  }, [standing]);
  const edit = ({ what }: Press): void => {
    if (what.type === 'change') {
      const { characterHitPoints, note } = what;
      setDraft(() => ({ amount: String(characterHitPoints), note }));
    }
  };

  // A long history is drawn again when it changes, not with every letter that is typed.
  const version = past?.version ?? null;
  const record = useMemo(
    () => (
      <>
        <HitPointChart lines={character.lines} version={version} />
        <HistoryList
          character={character}
          loadOlder={props.loadOlder}
          onUndo={(undone) => press({ type: 'undo', version: undone }, character.standing.version)}
        />
      </>
    ),
    [character, version],
  );

  return (
    <div class="character">
      <CharacterHead standing={standing} past={past} />
      <div class="deeds">
        <ChangeForm {...{ draft, setDraft }} onChange={(change) => press(change, standing.version)} />
        <PressReport
          label="Your changes"
          entries={shownOutbox.entries}
          outbox={shownOutbox.outbox}
          onEdit={edit}
        />
        <NewsOfOthers news={props.news} />
        <TimeSlider latest={standing.version} past={past} look={look} />
      </div>
      {record}
    </div>
  );
}

function Absent(props: {
  readonly shown: Exclude<ReturnType<typeof useCharacter>['shown'], { readonly type: 'loaded' }>;
  readonly id: string;
  readonly retry: () => void;
  readonly shownOutbox: ShownOutbox;
}) {
  const { shown, id, retry, shownOutbox } = props;
  switch (shown.type) {
    case 'loading':
      return <Notice title="Character">Loading…</Notice>;
    case 'failed':
      return (
        <Notice title="The character cannot be shown">
          <p role="alert">{adviceOn(shown.failure)} This page keeps trying.</p>
          <button type="button" class="primary" onClick={retry}>
            Try again
          </button>
        </Notice>
      );
    case 'refused':
      return (
        <Notice title="There can be no such character">
          <p>{shown.message}</p>
        </Notice>
      );
    case 'missing':
      return (
        <Notice title="There is no such character yet">
          <p>
            Nothing has happened to <strong>{id}</strong> so far. If someone else creates it, it appears here
            by itself.
          </p>
          <CreateCharacter {...shownOutbox} id={id} />
        </Notice>
      );
  }
}
