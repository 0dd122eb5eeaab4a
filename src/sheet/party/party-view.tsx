import type { Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { readText } from '../drafts.ts';
import { adviceOn, type Failure } from '../failure.ts';
import { characterAddress, goTo, usePlace } from '../navigation.tsx';
import type { Page } from '../page.ts';
import { deviceStorage } from '../page-storage.ts';
import { Portrait } from '../portrait.tsx';
import { Figure, Notice, Verbatim, Words } from '../words.tsx';
import { CreateCharacters, sampleCharacters } from './create-characters.tsx';
import { choiceOf } from './fight.ts';
import { FightBar } from './fight-bar.tsx';
import { MemberList } from './member-list.tsx';
import { isFound, type Order, type PartyList, present } from './party-list.ts';
import type { PartyStore } from './party-store.ts';
import { MoreButton, PutAway } from './put-away.tsx';

/** Every character with its hit points, live, and what can be done to several at once. */
export function PartyView(props: { readonly page: Page; readonly store: PartyStore }) {
  const { store } = props;
  const party = store.party.value;
  useEffect(store.open, [store]);
  useLayoutEffect(() => {
    const count = /^\(\d+\) /.exec(document.title)?.[0] ?? '';
    document.title = `${count}The party`;
    document.documentElement.classList.add('party-open');
    return () => document.documentElement.classList.remove('party-open');
  }, []);
  usePlace(party.type !== 'loading');

  switch (party.type) {
    case 'loading':
      return (
        <Notice title="The party">
          <p>Loading…</p>
        </Notice>
      );
    case 'failed':
      return <PartyFailed failure={party.failure} retry={store.retry} />;
    case 'loaded':
      return <LoadedParty {...props} list={party.list} />;
  }
}

function LoadedParty(props: { readonly page: Page; readonly store: PartyStore; readonly list: PartyList }) {
  const { page, store, list } = props;
  const names = store.names.value;
  const choice = choiceOf(page.drafts);
  const search = page.drafts.draft('party search', '', readText);
  const creates = page.drafts.draft('party creates', false, readFlag);
  const [order, setOrder] = useOrder();
  const characters = present(list);
  const shown = characters.map((standing) => ({ standing, name: names.get(standing.id) ?? standing.name }));
  const changeable = shown.filter(({ standing }) => page.access.mayChange(standing.id));
  const mayCreate = page.access.mayCreate();
  const isEmpty = characters.length === 0;
  return (
    <>
      <header class="party-head">
        <h1>The party</h1>
        {!isEmpty && <Tools {...{ order, setOrder, search, creates, mayCreate }} />}
      </header>
      {isEmpty && <Invitation page={page} mayCreate={mayCreate} />}
      {mayCreate && (isEmpty || creates.value) && (
        <CreateCharacters
          page={page}
          shownNames={Array.from(names.values())}
          onType={() => {
            // It stays once somebody else creates the first one.
            creates.value = true;
          }}
        />
      )}
      {!isEmpty && <MemberList {...{ page, characters, names, order, choice }} search={search.value} />}
      <p class="lead" role="status">
        <Words>{searchWords(search.value, shown)}</Words>
      </p>
      <MoreButton store={store} which="here" hasMore={list.here.hasMore} />
      <PutAway {...{ page, store, list, names }} />
      {choice.value.some(({ id }) => changeable.some(({ standing }) => standing.id === id)) && (
        <FightBar {...{ page, choice }} characters={changeable} />
      )}
    </>
  );
}

function searchWords(search: string, shown: readonly { readonly name: string }[]): string {
  const isMissed = search.trim() !== '' && !shown.some(({ name }) => isFound(name, search));
  return isMissed ? 'Nobody is called so.' : '';
}

function Tools(props: {
  readonly order: Order;
  readonly setOrder: (order: Order) => void;
  readonly search: Signal<string>;
  readonly creates: Signal<boolean>;
  readonly mayCreate: boolean;
}) {
  const { order, setOrder, search, creates, mayCreate } = props;
  return (
    <div class="party-tools">
      <input
        id="party-search"
        type="search"
        dir="auto"
        autocomplete="off"
        placeholder="Search"
        aria-label="Search"
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
      <select
        id="party-order"
        aria-label="Order"
        value={order}
        onChange={(event) => setOrder(readOrder(event.currentTarget.value))}
      >
        <option value="newest">Newest first</option>
        <option value="hurt">Hurt first</option>
        <option value="name">By name</option>
      </select>
      {mayCreate && (
        <button
          type="button"
          id="party-new"
          class={creates.value ? '' : 'primary'}
          aria-expanded={creates.value}
          onClick={() => {
            creates.value = !creates.value;
          }}
        >
          <Words>{creates.value ? 'Close' : 'New'}</Words>
        </button>
      )}
    </div>
  );
}

/** The order that was chosen on this device. */
function useOrder(): readonly [Order, (order: Order) => void] {
  const [order, setOrder] = useState(() => readOrder(deviceStorage.kept('party order')));
  return [
    order,
    (next) => {
      deviceStorage.keep('party order', next);
      setOrder(next);
    },
  ];
}

function readOrder(value: unknown): Order {
  return value === 'hurt' || value === 'name' ? value : 'newest';
}

function readFlag(kept: unknown): boolean | undefined {
  return typeof kept === 'boolean' ? kept : undefined;
}

function Invitation({ page, mayCreate }: { readonly page: Page; readonly mayCreate: boolean }) {
  const samples = sampleCharacters();
  return (
    <div class="invitation">
      <p>Nobody is here yet. Whoever anyone creates appears on every screen at the table, by itself.</p>
      {mayCreate && (
        <>
          <ul class="samples" aria-label="Samples">
            {samples.map(({ characterId, name, hitPoints }) => (
              <li key={characterId}>
                <Portrait id={characterId} name={name} />
                <Verbatim>{name}</Verbatim>
                <Figure class="number">{String(hitPoints)}</Figure>
              </li>
            ))}
          </ul>
          <p>
            <button
              type="button"
              id="party-samples"
              onClick={() => page.outbox.press({ type: 'creation', characters: samples, anyId: true })}
            >
              Begin with these three
            </button>
          </p>
        </>
      )}
    </div>
  );
}

function PartyFailed(props: { readonly failure: Failure; readonly retry: () => void }) {
  const [id, setId] = useState('');
  return (
    <Notice title="The party cannot be shown">
      <p role="alert">
        <Words>{adviceOn(props.failure)}</Words> <span>This page keeps trying.</span>
      </p>
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
            id="party-id"
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
