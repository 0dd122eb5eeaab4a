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

export type LineFragment = { readonly version: number, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number } | null };

export type StandingFragment = { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly version: number };

export type PartyQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type PartyQuery = { readonly characters: { readonly nodes: ReadonlyArray<{ readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly version: number }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type CharacterWithHistoryQueryVariables = Exact<{
  id: string;
  last: number;
}>;


export type CharacterWithHistoryQuery = { readonly character:
    | { readonly __typename: 'Character', readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly version: number, readonly events: { readonly nodes: ReadonlyArray<{ readonly version: number, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } } | null }
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
    | { readonly __typename: 'EventConnection', readonly nodes: ReadonlyArray<{ readonly version: number, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number } | null }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'NoEventFoundError', readonly message: string }
   | null };

export type CharacterAtQueryVariables = Exact<{
  id: string;
  version: number;
}>;


export type CharacterAtQuery = { readonly characterAt:
    | { readonly __typename: 'CharacterState', readonly version: number, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'NoEventFoundError', readonly message: string }
   | null };

export type AppendMutationVariables = Exact<{
  input: AppendEventInput;
}>;


export type AppendMutation = { readonly appendEvent:
    | { readonly __typename: 'AppendEventSuccess', readonly duplicate: boolean, readonly event: { readonly version: number, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number } | null }, readonly character: { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly version: number } }
    | { readonly __typename: 'EventAlreadyExistsError', readonly message: string }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'VersionGapError', readonly message: string }
   | null };

export type RevertMutationVariables = Exact<{
  input: RevertEventInput;
}>;


export type RevertMutation = { readonly revertEvent:
    | { readonly __typename: 'AppendEventSuccess', readonly duplicate: boolean, readonly event: { readonly version: number, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number } | null }, readonly character: { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly version: number } }
    | { readonly __typename: 'IdempotencyKeyReusedError', readonly message: string }
    | { readonly __typename: 'InvalidInputError', readonly message: string }
    | { readonly __typename: 'NoEventFoundError', readonly message: string }
   | null };

export type EventAppendedSubscriptionVariables = Exact<{
  characterId: string;
  afterVersion: number;
}>;


export type EventAppendedSubscription = { readonly eventAppended: { readonly version: number, readonly characterHitPoints: number, readonly note: string, readonly recordedAt: string | null, readonly reverts: number | null, readonly state: { readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number } | null } | null };

export type CharacterCreatedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type CharacterCreatedSubscription = { readonly characterCreated: { readonly id: string, readonly name: string, readonly hitPoints: number, readonly highestHitPoints: number, readonly version: number } | null };

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
  characterHitPoints
  note
  recordedAt
  reverts
  state {
    name
    hitPoints
    highestHitPoints
  }
}
    `, {"fragmentName":"Line"}) as unknown as TypedDocumentString<LineFragment, unknown>;
export const StandingFragmentDoc = new TypedDocumentString(`
    fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  version
}
    `, {"fragmentName":"Standing"}) as unknown as TypedDocumentString<StandingFragment, unknown>;
export const PartyDocument = new TypedDocumentString(`
    query Party($first: Int!, $after: String) {
  characters(first: $first, after: $after) {
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
  version
}`, {"hash":"sha256:1b2ce9915cca65af3fa94efbfc010992a58e009398dc969a5824243111438550"}) as unknown as TypedDocumentString<PartyQuery, PartyQueryVariables>;
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
  characterHitPoints
  note
  recordedAt
  reverts
  state {
    name
    hitPoints
    highestHitPoints
  }
}
fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  version
}`, {"hash":"sha256:f8d4f2ee9bd625454d05f7466f9976dafb63e680cea0169f5cc6eb0331a1ba3c"}) as unknown as TypedDocumentString<CharacterWithHistoryQuery, CharacterWithHistoryQueryVariables>;
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
  characterHitPoints
  note
  recordedAt
  reverts
  state {
    name
    hitPoints
    highestHitPoints
  }
}`, {"hash":"sha256:28ec677be0dfd54e3df4a5d1774de2f291037ad117bf700432adc57f1ded03f6"}) as unknown as TypedDocumentString<OlderEventsQuery, OlderEventsQueryVariables>;
export const CharacterAtDocument = new TypedDocumentString(`
    query CharacterAt($id: ID!, $version: Int!) {
  characterAt(id: $id, version: $version) {
    __typename
    ... on CharacterState {
      version
      name
      hitPoints
      highestHitPoints
    }
    ... on Error {
      message
    }
  }
}
    `, {"hash":"sha256:5684e46fb6e0d563fa3cdc9ee388a39784b02df5240c430675f0b206b2258bbd"}) as unknown as TypedDocumentString<CharacterAtQuery, CharacterAtQueryVariables>;
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
  characterHitPoints
  note
  recordedAt
  reverts
  state {
    name
    hitPoints
    highestHitPoints
  }
}
fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  version
}`, {"hash":"sha256:b333049341747cfcf474286213cbbed74099565bbfc1330262a563d4a4f86c43"}) as unknown as TypedDocumentString<AppendMutation, AppendMutationVariables>;
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
  characterHitPoints
  note
  recordedAt
  reverts
  state {
    name
    hitPoints
    highestHitPoints
  }
}
fragment Standing on Character {
  id
  name
  hitPoints
  highestHitPoints
  version
}`, {"hash":"sha256:84b8a6f0af8b1f8b3e1d91979c3a8de0f4ba258e1e65547931a919fbe74f3845"}) as unknown as TypedDocumentString<RevertMutation, RevertMutationVariables>;
export const EventAppendedDocument = new TypedDocumentString(`
    subscription EventAppended($characterId: ID!, $afterVersion: Int!) {
  eventAppended(characterId: $characterId, afterVersion: $afterVersion) {
    ...Line
  }
}
    fragment Line on Event {
  version
  characterHitPoints
  note
  recordedAt
  reverts
  state {
    name
    hitPoints
    highestHitPoints
  }
}`, {"hash":"sha256:5d728574521f156e4f8d62c4c150959e4a16fd6c227bd0c3c4b24cfcb1d74ab2"}) as unknown as TypedDocumentString<EventAppendedSubscription, EventAppendedSubscriptionVariables>;
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
  version
}`, {"hash":"sha256:095a5af014ac5ade7c61db7ab390d71068dbc0f6b32f70a123941ec747791f1d"}) as unknown as TypedDocumentString<CharacterCreatedSubscription, CharacterCreatedSubscriptionVariables>;