/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/**
 * One event to append. It may change hit points, set their maximum, set temporary ones, change experience, put the
 * character away or back: one of these or several. What it leaves out stays.
 *
 * A maximum counts first: hit points come down to it, and up to 0, and from then on stay between the two. Damage is taken
 * from temporary hit points first; healing goes to hit points alone. Temporary ones that are set replace those that are
 * left.
 */
export type AppendEventInput = {
  /**
   * Puts the character away (`true`) or back (`false`): it changes from one list of `characters` to the other together
   * with this event, and can be read, followed and appended to as before. Left out: it stays where it is. On an engine
   * without transactions it is an `UNSUPPORTED` error.
   */
  readonly archived?: boolean | null | undefined;
  /** The change of hit points, −1,000,000…1,000,000; negative for damage. */
  readonly characterHitPoints?: number;
  /**
   * The character, 1–255 bytes of UTF-8 without control characters. The first event creates it, if its id has no
   * blanks around it and no invisible characters, but for those within emoji.
   */
  readonly characterId: string;
  /** The character's name from this event on, 1–100 characters. Left out: unchanged. Required at version 0. */
  readonly characterName?: string | null | undefined;
  /** The change of experience, −1,000,000…1,000,000, which stays at 0 or above. Left out: none. */
  readonly experience?: number | null | undefined;
  /**
   * The caller's name for this append, 1–255 bytes, unique per character and kept with the event. Sent again with
   * the same content (what is left out is not compared) it answers with the stored event, whatever `version` says,
   * and never stores a second one. Older than the character's last 100 events, a key is found only at the
   * version that it is sent with.
   */
  readonly idempotencyKey?: string | null | undefined;
  /** The maximum of hit points from this event on, 1…1,000,000. Left out: unchanged. */
  readonly maximumHitPoints?: number | null | undefined;
  /** What happened, in words; at most 2,000 characters, line breaks and tabs are allowed. */
  readonly note?: string;
  /** The temporary hit points after this event, 0…1,000,000. Left out: what the damage leaves. */
  readonly temporaryHitPoints?: number | null | undefined;
  /** The version that this event takes, counted from 0. Left out: the next one. */
  readonly version?: number | null | undefined;
};

/** Events to append, all or none. */
export type AppendEventsInput = {
  /** 1–100 events. No two of them have the same idempotency key. */
  readonly events: ReadonlyArray<AppendEventInput>;
};

/** A character to follow. */
export type FollowInput = {
  /** The last version that is known: −1 for all events. Left out: only events from now on. */
  readonly afterVersion?: number | null | undefined;
  /** The character's id, 1–255 bytes of UTF-8. It may have no events yet. */
  readonly characterId: string;
};

/** An event to take back. */
export type RevertEventInput = {
  /** The character. */
  readonly characterId: string;
  /**
   * The caller's name for this revert, as in `AppendEventInput`. Left out: one that is the same for the same
   * version, so that a second press answers with the first one's event and `duplicate: true`.
   */
  readonly idempotencyKey?: string | null | undefined;
  /** Why, in words; at most 2,000 characters. Left out: for instance `Undo of version 7`. */
  readonly note?: string | null | undefined;
  /** The version of the event to take back. */
  readonly version: number;
};

export type LineFragment = { readonly version: number, readonly characterName: string, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly actor: string | null, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number | null, readonly experience: number | null, readonly archived: boolean | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean } | null };

export type StandingFragment = { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean, readonly version: number };

export type PartyQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  archived: boolean;
}>;


export type PartyQuery = { readonly characters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean, readonly version: number }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type CharacterWithHistoryQueryVariables = Exact<{
  id: string;
  last: number;
}>;


export type CharacterWithHistoryQuery = { readonly character:
    | { readonly __typename: 'Character', readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean, readonly version: number, readonly events: { readonly nodes: ReadonlyArray<{ readonly version: number, readonly characterName: string, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly actor: string | null, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number | null, readonly experience: number | null, readonly archived: boolean | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } } | null }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'NoEventFoundError', readonly message: string }
   | null };

export type LatestVersionQueryVariables = Exact<{
  id: string;
}>;


export type LatestVersionQuery = { readonly character:
    | { readonly __typename: 'Character', readonly version: number }
    | { readonly __typename: 'InvalidInputError' }
    | { readonly __typename: 'NoEventFoundError' }
   | null };

export type OlderEventsQueryVariables = Exact<{
  id: string;
  last: number;
  before?: string | null | undefined;
}>;


export type OlderEventsQuery = { readonly characterEvents:
    | { readonly __typename: 'EventConnection', readonly nodes: ReadonlyArray<{ readonly version: number, readonly characterName: string, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly actor: string | null, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number | null, readonly experience: number | null, readonly archived: boolean | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'NoEventFoundError', readonly message: string }
   | null };

export type CharacterAtQueryVariables = Exact<{
  id: string;
  version: number;
}>;


export type CharacterAtQuery = { readonly characterAt:
    | { readonly __typename: 'CharacterState', readonly version: number, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'NoEventFoundError', readonly message: string }
   | null };

export type AppendMutationVariables = Exact<{
  input: AppendEventInput;
}>;


export type AppendMutation = { readonly appendEvent:
    | { readonly __typename: 'AppendEventSuccess', readonly duplicate: boolean, readonly event: { readonly version: number, readonly characterName: string, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly actor: string | null, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number | null, readonly experience: number | null, readonly archived: boolean | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean } | null }, readonly character: { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean, readonly version: number } }
    | { readonly __typename: 'EventAlreadyExistsError', readonly message: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'VersionGapError', readonly message: string }
   | null };

export type AppendGroupMutationVariables = Exact<{
  input: AppendEventsInput;
}>;


export type AppendGroupMutation = { readonly appendEvents:
    | { readonly __typename: 'AppendEventsSuccess', readonly duplicate: boolean, readonly events: ReadonlyArray<{ readonly version: number, readonly characterName: string, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly actor: string | null, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number | null, readonly experience: number | null, readonly archived: boolean | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean } | null }>, readonly characters: ReadonlyArray<{ readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean, readonly version: number }> }
    | { readonly __typename: 'EventAlreadyExistsError', readonly message: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'VersionGapError', readonly message: string }
   | null };

export type RevertMutationVariables = Exact<{
  input: RevertEventInput;
}>;


export type RevertMutation = { readonly revertEvent:
    | { readonly __typename: 'AppendEventSuccess', readonly duplicate: boolean, readonly event: { readonly version: number, readonly characterName: string, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly actor: string | null, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number | null, readonly experience: number | null, readonly archived: boolean | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean } | null }, readonly character: { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean, readonly version: number } }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'NoEventFoundError', readonly message: string }
   | null };

export type EventsAppendedSubscriptionVariables = Exact<{
  characters: ReadonlyArray<FollowInput> | FollowInput;
}>;


export type EventsAppendedSubscription = { readonly eventsAppended: { readonly characterId: string, readonly version: number, readonly characterName: string, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly actor: string | null, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number | null, readonly experience: number | null, readonly archived: boolean | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean } | null } | null };

export type CharacterCreatedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type CharacterCreatedSubscription = { readonly characterCreated: { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly maximumHitPoints: number | null, readonly temporaryHitPoints: number, readonly experience: number, readonly level: number, readonly archived: boolean, readonly version: number } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const LineFragmentDoc = new TypedDocumentString(`
    fragment Line on Event {
  version
  characterName
  characterHitPoints
  note
  recordedAt
  reverts
  actor
  maximumHitPoints
  temporaryHitPoints
  experience
  archived
  state {
    name
    hitPoints
    highestHitPoints
    maximumHitPoints
    temporaryHitPoints
    experience
    level
    archived
  }
}
    `, {"fragmentName":"Line"}) as unknown as TypedDocumentString<LineFragment, unknown>;
export const StandingFragmentDoc = new TypedDocumentString(`
    fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  maximumHitPoints
  temporaryHitPoints
  experience
  level
  archived
  version
}
    `, {"fragmentName":"Standing"}) as unknown as TypedDocumentString<StandingFragment, unknown>;
export const PartyDocument = new TypedDocumentString(`
    query Party($first: Int!, $after: String, $archived: Boolean!) {
  characters(first: $first, after: $after, archived: $archived) {
    nodes {
      ...Standing
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  maximumHitPoints
  temporaryHitPoints
  experience
  level
  archived
  version
}`, {"hash":"sha256:61c9ae28243f7220af12d8ffa2d69b92f4fc62361cc7d0d347b571316accc45f"}) as unknown as TypedDocumentString<PartyQuery, PartyQueryVariables>;
export const CharacterWithHistoryDocument = new TypedDocumentString(`
    query CharacterWithHistory($id: ID!, $last: Int!) {
  character(id: $id) {
    __typename
    ... on Character {
      ...Standing
      events(last: $last) {
        nodes {
          ...Line
        }
        pageInfo {
          hasPreviousPage
          startCursor
        }
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Line on Event {
  version
  characterName
  characterHitPoints
  note
  recordedAt
  reverts
  actor
  maximumHitPoints
  temporaryHitPoints
  experience
  archived
  state {
    name
    hitPoints
    highestHitPoints
    maximumHitPoints
    temporaryHitPoints
    experience
    level
    archived
  }
}
fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  maximumHitPoints
  temporaryHitPoints
  experience
  level
  archived
  version
}`, {"hash":"sha256:55230d2b49efe1b80ce3102bdb437ead2575026f7acdbb33e43c2a63059ab043"}) as unknown as TypedDocumentString<CharacterWithHistoryQuery, CharacterWithHistoryQueryVariables>;
export const LatestVersionDocument = new TypedDocumentString(`
    query LatestVersion($id: ID!) {
  character(id: $id) {
    __typename
    ... on Character {
      version
    }
  }
}
    `, {"hash":"sha256:0a70890ae5106585b190430a9337526ebd87dd2e746e48f08033a72a2187bb16"}) as unknown as TypedDocumentString<LatestVersionQuery, LatestVersionQueryVariables>;
export const OlderEventsDocument = new TypedDocumentString(`
    query OlderEvents($id: ID!, $last: Int!, $before: String) {
  characterEvents(id: $id, last: $last, before: $before) {
    __typename
    ... on EventConnection {
      nodes {
        ...Line
      }
      pageInfo {
        hasPreviousPage
        startCursor
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Line on Event {
  version
  characterName
  characterHitPoints
  note
  recordedAt
  reverts
  actor
  maximumHitPoints
  temporaryHitPoints
  experience
  archived
  state {
    name
    hitPoints
    highestHitPoints
    maximumHitPoints
    temporaryHitPoints
    experience
    level
    archived
  }
}`, {"hash":"sha256:ee985f08c814815d93a7cfdd2a615f46d9ee14ed006b842170e5467f1edff6e6"}) as unknown as TypedDocumentString<OlderEventsQuery, OlderEventsQueryVariables>;
export const CharacterAtDocument = new TypedDocumentString(`
    query CharacterAt($id: ID!, $version: Int!) {
  characterAt(id: $id, version: $version) {
    __typename
    ... on CharacterState {
      version
      name
      hitPoints
      highestHitPoints
      maximumHitPoints
      temporaryHitPoints
      experience
      level
      archived
    }
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:b345c48be9d94d7fb02692276ab676393f3391480fea9e9f286337738c49381c"}) as unknown as TypedDocumentString<CharacterAtQuery, CharacterAtQueryVariables>;
export const AppendDocument = new TypedDocumentString(`
    mutation Append($input: AppendEventInput!) {
  appendEvent(input: $input) {
    __typename
    ... on AppendEventSuccess {
      duplicate
      event {
        ...Line
      }
      character {
        ...Standing
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Line on Event {
  version
  characterName
  characterHitPoints
  note
  recordedAt
  reverts
  actor
  maximumHitPoints
  temporaryHitPoints
  experience
  archived
  state {
    name
    hitPoints
    highestHitPoints
    maximumHitPoints
    temporaryHitPoints
    experience
    level
    archived
  }
}
fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  maximumHitPoints
  temporaryHitPoints
  experience
  level
  archived
  version
}`, {"hash":"sha256:e927ced4b81dd3b1af17abcdef95cb1acb270b48356ba085b16bd46d061c1725"}) as unknown as TypedDocumentString<AppendMutation, AppendMutationVariables>;
export const AppendGroupDocument = new TypedDocumentString(`
    mutation AppendGroup($input: AppendEventsInput!) {
  appendEvents(input: $input) {
    __typename
    ... on AppendEventsSuccess {
      duplicate
      events {
        ...Line
      }
      characters {
        ...Standing
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Line on Event {
  version
  characterName
  characterHitPoints
  note
  recordedAt
  reverts
  actor
  maximumHitPoints
  temporaryHitPoints
  experience
  archived
  state {
    name
    hitPoints
    highestHitPoints
    maximumHitPoints
    temporaryHitPoints
    experience
    level
    archived
  }
}
fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  maximumHitPoints
  temporaryHitPoints
  experience
  level
  archived
  version
}`, {"hash":"sha256:1cb7774513673fad798ea4349ca6543d79ccb253402c46887cdfe01650080339"}) as unknown as TypedDocumentString<AppendGroupMutation, AppendGroupMutationVariables>;
export const RevertDocument = new TypedDocumentString(`
    mutation Revert($input: RevertEventInput!) {
  revertEvent(input: $input) {
    __typename
    ... on AppendEventSuccess {
      duplicate
      event {
        ...Line
      }
      character {
        ...Standing
      }
    }
    ... on Error {
      message
    }
  }
}
    fragment Line on Event {
  version
  characterName
  characterHitPoints
  note
  recordedAt
  reverts
  actor
  maximumHitPoints
  temporaryHitPoints
  experience
  archived
  state {
    name
    hitPoints
    highestHitPoints
    maximumHitPoints
    temporaryHitPoints
    experience
    level
    archived
  }
}
fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  maximumHitPoints
  temporaryHitPoints
  experience
  level
  archived
  version
}`, {"hash":"sha256:539b6b2c8ce0e56d19b7ced35c540012336b5ad5dbfd0ac52e0b8abc9a82447b"}) as unknown as TypedDocumentString<RevertMutation, RevertMutationVariables>;
export const EventsAppendedDocument = new TypedDocumentString(`
    subscription EventsAppended($characters: [FollowInput!]!) {
  eventsAppended(characters: $characters) {
    characterId
    ...Line
  }
}
    fragment Line on Event {
  version
  characterName
  characterHitPoints
  note
  recordedAt
  reverts
  actor
  maximumHitPoints
  temporaryHitPoints
  experience
  archived
  state {
    name
    hitPoints
    highestHitPoints
    maximumHitPoints
    temporaryHitPoints
    experience
    level
    archived
  }
}`, {"hash":"sha256:588df23f04301a30f9f051e291b70588e9b7e691952f47879acce3c8a533dc47"}) as unknown as TypedDocumentString<EventsAppendedSubscription, EventsAppendedSubscriptionVariables>;
export const CharacterCreatedDocument = new TypedDocumentString(`
    subscription CharacterCreated {
  characterCreated {
    ...Standing
  }
}
    fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  maximumHitPoints
  temporaryHitPoints
  experience
  level
  archived
  version
}`, {"hash":"sha256:aab4f279b833e98eb64e894d1f7ce5c57cd25df8d320c082f7a383bf544c295f"}) as unknown as TypedDocumentString<CharacterCreatedSubscription, CharacterCreatedSubscriptionVariables>;