import {
  CharacterCreatedDocument,
  EventsAppendedDocument,
  type StandingFragment as Standing,
} from '../generated/operations.ts';
import type { LiveConnection } from '../live-connection.ts';

/** The most characters of one subscription. */
const mostOfOne = 1_000;
/** Characters that are created or loaded one after the other begin one subscription. */
const gatherMs = 300;

/** What follows the party, for as long as the page is open. */
export type PartyFollowing = {
  /** Follows these as well, soon, each from the version that is known by then. */
  readonly follow: (ids: readonly string[]) => void;
};

/** The party that is followed: what it knows of its characters, and what it takes in. */
export type FollowedParty = {
  readonly standingOf: (id: string) => Standing | undefined;
  /** A character as it is now. */
  readonly moved: (standing: Standing) => void;
  /** Called whenever the subscription to new characters begins. It misses those that were created before. */
  readonly began: () => void;
  /** An event came that does not say what it made of its character. */
  readonly unclear: () => void;
};

/** Follows new characters from now on, and those of `follow` in one subscription for each 1,000. */
export function followParty(live: LiveConnection, party: FollowedParty): PartyFollowing {
  const followed = new Set<string>();
  let stops: readonly (() => void)[] = [];
  let soon: ReturnType<typeof setTimeout> | undefined;

  live.subscribe(
    CharacterCreatedDocument,
    () => {
      party.began();
      return {};
    },
    ({ characterCreated }) => {
      if (characterCreated !== null) party.moved(characterCreated);
    },
  );

  function followPart(ids: readonly string[]): () => void {
    const characters = () =>
      ids.map((characterId) => ({ characterId, afterVersion: party.standingOf(characterId)?.version ?? -1 }));
    return live.subscribe(
      EventsAppendedDocument,
      () => ({ characters: characters() }),
      ({ eventsAppended: event }) => {
        if (event === null) return;
        const standing = party.standingOf(event.characterId);
        if (event.state === null) party.unclear();
        else if (standing !== undefined) party.moved({ ...standing, ...event.state, version: event.version });
      },
    );
  }

  function followAll(): void {
    const ids = Array.from(followed);
    const before = stops;
    stops = Array.from({ length: Math.ceil(ids.length / mostOfOne) }, (_, part) =>
      followPart(ids.slice(part * mostOfOne, (part + 1) * mostOfOne)),
    );
    for (const stop of before) stop();
  }

  return {
    follow: (ids) => {
      const others = ids.filter((id) => !followed.has(id));
      if (others.length === 0) return;
      for (const id of others) followed.add(id);
      clearTimeout(soon);
      soon = setTimeout(followAll, gatherMs);
    },
  };
}
