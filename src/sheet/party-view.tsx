import { useEffect, useState } from 'preact/hooks';
import { conditionOf } from './condition.ts';
import { CreateCharacter } from './create-character.tsx';
import { adviceOn, type Failure } from './failure.ts';
import type { Standing } from './history.ts';
import { HitPointMeter } from './hit-point-meter.tsx';
import { Link } from './link.tsx';
import { Notice } from './notice.tsx';
import { goTo } from './page-location.ts';
import type { PartyList } from './party-list.ts';
import type { Server } from './server.ts';
import { total } from './signed-number.ts';
import { useOutbox } from './use-outbox.ts';
import { useParty } from './use-party.ts';
import { mostFollowed } from './use-party-events.ts';
import { characterAddress } from './view-address.ts';

/** Every character with its hit points, live, and a form to create one. */
export function PartyView(props: { readonly server: Server }) {
  const { party, retry, loadMore, join } = useParty(props.server);
  const shownOutbox = useOutbox(props.server, 'the party', ({ character }) => join(character));
  useEffect(() => {
    document.title = 'The party';
  }, []);

  switch (party.type) {
    case 'loading':
      return <Notice title="The party">Loading…</Notice>;
    case 'failed':
      return <PartyFailed failure={party.failure} retry={retry} />;
    case 'loaded':
      return (
        <>
          <header class="head">
            <h1>The party</h1>
          </header>
          <Members list={party.list} loadMore={loadMore} />
          <CreateCharacter {...shownOutbox} />
        </>
      );
  }
}

function Members(props: { readonly list: PartyList; readonly loadMore: () => Promise<boolean> }) {
  const { characters, hasMore } = props.list;
  const [advice, setAdvice] = useState('');
  const more = async (): Promise<void> => {
    setAdvice('');
    if (!(await props.loadMore())) setAdvice('More characters could not be loaded. Try again.');
  };
  if (characters.length === 0) {
    return <p class="lead">Nobody is here yet. The first character that anyone creates appears by itself.</p>;
  }
  return (
    <>
      <ul class="party" aria-label="Characters">
        {characters.map((character) => (
          <Member key={character.id} {...character} />
        ))}
      </ul>
      {characters.length > mostFollowed && (
        <p class="lead">The first {mostFollowed} are live; the others stand as when they were loaded.</p>
      )}
      <p class="advice" role="alert">
        {advice}
      </p>
      {hasMore && (
        <button type="button" onClick={() => void more()}>
          Show more
        </button>
      )}
    </>
  );
}

function Member({ id, name, hitPoints, highestHitPoints }: Standing) {
  return (
    <li class="member">
      <h2>
        <Link className="member-link" to={characterAddress(id)}>
          {name}
        </Link>
      </h2>
      <p class="member-total">
        <span class="number">{total(hitPoints)}</span> <span class="of">of {total(highestHitPoints)}</span>
      </p>
      <HitPointMeter label={`Hit points of ${name}`} {...{ hitPoints, highestHitPoints }} />
      <p class="condition">{conditionOf(hitPoints, highestHitPoints).word}</p>
    </li>
  );
}

function PartyFailed(props: { readonly failure: Failure; readonly retry: () => void }) {
  const [id, setId] = useState('');
  return (
    <Notice title="The party cannot be shown">
      <p role="alert">{adviceOn(props.failure)} This page keeps trying.</p>
      <p>
        <button type="button" class="primary" onClick={props.retry}>
          Try again
        </button>
      </p>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          goTo(characterAddress(id));
        }}
      >
        <label>
          Id of a character
          <input
            type="text"
            autocomplete="off"
            value={id}
            onInput={(event) => setId(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Open</button>
      </form>
    </Notice>
  );
}
