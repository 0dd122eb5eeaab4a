import { useState } from 'preact/hooks';
import type { StandingFragment as Standing } from '../generated/operations.ts';
import { characterAddress, Link } from '../navigation.tsx';
import type { Page } from '../page.ts';
import { Portrait } from '../portrait.tsx';
import { useSteady } from '../steady.ts';
import { Verbatim, Words } from '../words.tsx';
import { type PartyList, putAway } from './party-list.ts';
import type { PartyStore } from './party-store.ts';

/** Those that were put away, on demand, and the way back for each. */
export function PutAway(props: {
  readonly page: Page;
  readonly store: PartyStore;
  readonly list: PartyList;
  readonly names: ReadonlyMap<string, string>;
}) {
  const { page, store, list, names } = props;
  const [isOpen, setOpen] = useState(false);
  const characters = putAway(list);
  const toggle = (): void => {
    setOpen(!isOpen);
    if (!isOpen && list.away === undefined) void store.loadMore('away');
  };
  return (
    <section class="away" aria-label="Put away">
      <button
        type="button"
        class="quiet"
        id="away-toggle"
        aria-expanded={isOpen}
        aria-controls="away"
        onClick={toggle}
      >
        <Words>{isOpen ? 'Hide those put away' : 'Those put away'}</Words>
      </button>
      <div id="away" hidden={!isOpen}>
        {isOpen && (
          <>
            <p class="hint" role="status">
              <Words>{awayWords(list, characters.length)}</Words>
            </p>
            <AwayList {...{ page, list, names, characters }} />
            <MoreButton store={store} which="away" hasMore={list.away?.hasMore ?? false} />
          </>
        )}
      </div>
    </section>
  );
}

/** It moves with everyone who comes or goes above it, and in it. */
function AwayList(props: {
  readonly page: Page;
  readonly list: PartyList;
  readonly names: ReadonlyMap<string, string>;
  readonly characters: readonly Standing[];
}) {
  const { page, list, names, characters } = props;
  const steady = useSteady(list.characters.map(({ id, archived }) => `${id} ${archived}`).join('\n'));
  return (
    <ul class="away-list" aria-label="Characters that are put away" onClickCapture={steady}>
      {characters.map((standing) => (
        <Away key={standing.id} page={page} standing={standing} name={names.get(standing.id) ?? ''} />
      ))}
    </ul>
  );
}

function awayWords({ away }: PartyList, count: number): string {
  if (away === undefined) return count === 0 ? 'Loading…' : '';
  return count === 0 ? 'Nobody is put away.' : '';
}

function Away(props: { readonly page: Page; readonly standing: Standing; readonly name: string }) {
  const { page, standing, name } = props;
  const { id, version } = standing;
  const isSending = page.outbox.isSending(id);
  const back = (): void => {
    const event = { characterId: id, name, seenVersion: version, change: { archived: false } };
    page.outbox.press({ type: 'append', events: [event] });
  };
  return (
    <li class="away-member">
      <Portrait id={id} name={name} />
      <Link class="member-link" id={`open-${id}`} to={characterAddress(id)}>
        <Verbatim>{name}</Verbatim>
      </Link>
      {page.access.mayChange(id) && (
        <button type="button" disabled={isSending} aria-label={`Bring back ${name}`} onClick={back}>
          <Words>Bring back</Words>
        </button>
      )}
    </li>
  );
}

/** A button that loads the next page, where there is one. */
export function MoreButton(props: {
  readonly store: PartyStore;
  readonly which: 'here' | 'away';
  readonly hasMore: boolean;
}) {
  const { store, which, hasMore } = props;
  const [advice, setAdvice] = useState('');
  const more = async (): Promise<void> => {
    setAdvice('');
    if (!(await store.loadMore(which))) setAdvice('More characters could not be loaded. Try again.');
  };
  return (
    <>
      <p class="advice" role="alert">
        <Words>{advice}</Words>
      </p>
      {hasMore && (
        <button type="button" id={`more-${which}`} onClick={() => void more()}>
          <Words>Show more</Words>
        </button>
      )}
    </>
  );
}
