import { signed } from '../hit-points.ts';
import type { Page } from '../page.ts';
import { noteOf } from '../pending-change.ts';
import { Verbatim, Words } from '../words.tsx';
import { deedsOf } from './history.ts';
import { mayBeOurs, type News, newsOf } from './news.ts';
import type { OpenCharacter } from './open-character.ts';
import { hitPointWords, shortened } from './phrases.ts';

/** Says in words what others changed, without taking the focus. `typed`: something is typed that is not sent yet. */
export function NewsOfOthers(props: {
  readonly page: Page;
  readonly character: OpenCharacter;
  readonly typed: boolean;
}) {
  const { page, character, typed } = props;
  const { id } = character;
  const news = newsOf(character.arrivals.value, mayBeOurs(page.outbox, id), (version) =>
    page.outbox.isOurs(id, version),
  );
  return (
    <div class="news" role="status" aria-label="Changes by others">
      {news !== undefined && (
        <p key={`${news.last?.version} ${news.count}`}>
          <NewsWords {...news} />
          {typed && <Words> What you typed is kept.</Words>}
        </p>
      )}
    </div>
  );
}

function NewsWords({ last, count }: News) {
  if (last === undefined) return <Words>{`${count} changes by others.`}</Words>;
  const who = last.actor ?? 'Someone else';
  const note = noteOf(last);
  return (
    <>
      {count > 1 && <Words>{`${count} changes by others, the last: `}</Words>}
      {last.actor === null ? <Words>{who}</Words> : <Verbatim>{who}</Verbatim>}
      <span>: </span>
      {last.reverts === null ? (
        <Words>
          {deedsOf(last, undefined)
            .map(({ words }) => words)
            .join(', ')}
        </Words>
      ) : (
        <Words>{`took back ${signed(-last.characterHitPoints)}`}</Words>
      )}
      {note !== '' && (
        <span>
          <span>, </span>
          <Verbatim>{shortened(note)}</Verbatim>
        </span>
      )}
      {last.state !== null && <Words>{` → ${hitPointWords(last.state.hitPoints)}.`}</Words>}
    </>
  );
}
