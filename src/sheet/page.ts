import { type Access, createAccess } from './access.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { createLiveConnection, type LiveConnection } from './live-connection.ts';
import { withSuffix } from './names.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { deviceStorage, tabStorage } from './page-storage.ts';
import { type Creation, lineWords } from './pending-change.ts';
import { sendAgain, sendFirst } from './send-change.ts';

/** What every view of the page shares, for as long as the page is open. */
export type Page = {
  readonly access: Access;
  readonly api: ApiClient;
  readonly live: LiveConnection;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
};

/** The page of the server that it came from. */
export function createPage(): Page {
  const access = createAccess(tabStorage, deviceStorage);
  const api = createApiClient('/graphql', access);
  const outbox = createOutbox({
    storage: tabStorage,
    sendFirst: (change) => sendFirst(api, change),
    sendAgain: (change) => sendAgain(api, change),
    withOtherIds,
    didWords: lineWords,
  });
  // Before the live connection hears of it, which sends what waits.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) outbox.comeBack();
  });
  const live = createLiveConnection(
    new URL('/graphql', location.href.replace(/^http/, 'ws')).href,
    access.credentials,
  );
  live.state.subscribe((state) => {
    if (state === 'connected') outbox.sendNow();
  });
  live.onCatchUp(async () => outbox.sendNow());
  addEventListener('beforeunload', (event) => {
    if (outbox.unsent.peek() > 0) event.preventDefault();
  });
  return { access, api, live, outbox, drafts: createDrafts(tabStorage) };
}

function withOtherIds(creation: Creation, key: string): Creation {
  const [first, ...others] = creation.characters;
  const moved = <Each extends { readonly characterId: string }>(each: Each): Each => ({
    ...each,
    characterId: withSuffix(each.characterId, key),
  });
  return { ...creation, characters: [moved(first), ...others.map(moved)] };
}
