import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CharacterState as CharacterStateModel } from '../../character/character.ts';
import type { RecordedEvent, EventPage } from '../../store/history.ts';
import type { CharacterPage } from '../../store/directory.ts';
import type { RequestContext } from '../context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A point in time as ISO 8601 in UTC with milliseconds, for instance `2026-11-23T19:05:35.120Z`. */
  DateTime: { input: string; output: string; }
};

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
  readonly archived?: InputMaybe<Scalars['Boolean']['input']>;
  /** The change of hit points, −1,000,000…1,000,000; negative for damage. */
  readonly characterHitPoints: Scalars['Int']['input'];
  /**
   * The character, 1–255 bytes of UTF-8 without control characters. The first event creates it, if its id has no
   * blanks around it and no invisible characters, but for those within emoji.
   */
  readonly characterId: Scalars['ID']['input'];
  /** The character's name from this event on, 1–100 characters. Left out: unchanged. Required at version 0. */
  readonly characterName?: InputMaybe<Scalars['String']['input']>;
  /** The change of experience, −1,000,000…1,000,000, which stays at 0 or above. Left out: none. */
  readonly experience?: InputMaybe<Scalars['Int']['input']>;
  /**
   * The caller's name for this append, 1–255 bytes, unique per character and kept with the event. Sent again with
   * the same content (what is left out is not compared) it answers with the stored event, whatever `version` says,
   * and never stores a second one. Older than the character's last 100 events, a key is found only at the
   * version that it is sent with.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** The maximum of hit points from this event on, 1…1,000,000. Left out: unchanged. */
  readonly maximumHitPoints?: InputMaybe<Scalars['Int']['input']>;
  /** What happened, in words; at most 2,000 characters, line breaks and tabs are allowed. */
  readonly note: Scalars['String']['input'];
  /** The temporary hit points after this event, 0…1,000,000. Left out: what the damage leaves. */
  readonly temporaryHitPoints?: InputMaybe<Scalars['Int']['input']>;
  /** The version that this event takes, counted from 0. Left out: the next one. */
  readonly version?: InputMaybe<Scalars['Int']['input']>;
};

/** What became of an append. */
export type AppendEventResult = AppendEventSuccess | EventAlreadyExistsError | IdempotencyKeyReusedError | InvalidInputError | VersionGapError;

/** The event is stored, durably. */
export type AppendEventSuccess = {
  readonly __typename?: 'AppendEventSuccess';
  /** The character as it is now. */
  readonly character: Character;
  /** Whether the event had been stored before, by an append with the same idempotency key and content. */
  readonly duplicate: Scalars['Boolean']['output'];
  /** The stored event. */
  readonly event: Event;
};

/** Events to append, all or none. */
export type AppendEventsInput = {
  /** 1–100 events. No two of them have the same idempotency key. */
  readonly events: ReadonlyArray<AppendEventInput>;
};

/** What became of an append of several events. */
export type AppendEventsResult = AppendEventsSuccess | EventAlreadyExistsError | IdempotencyKeyReusedError | InvalidInputError | VersionGapError;

/** The events are stored, durably, all of them. */
export type AppendEventsSuccess = {
  readonly __typename?: 'AppendEventsSuccess';
  /** The characters they happened to, as they are now, each once, in the order they first appear. */
  readonly characters: ReadonlyArray<Character>;
  /** Whether all the events had been stored before, by appends with the same idempotency keys and contents. */
  readonly duplicate: Scalars['Boolean']['output'];
  /** The stored events, in the order they were sent. */
  readonly events: ReadonlyArray<Event>;
};

/** A character as it is now. */
export type Character = {
  readonly __typename?: 'Character';
  /** Whether it is put away. */
  readonly archived: Scalars['Boolean']['output'];
  /** When its first event was stored. Null if another program wrote it. */
  readonly createdAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * What happened to it, as `characterEvents` answers it, but in a list of characters the first 10 events where no
   * argument says more. Wrong arguments are a `BAD_USER_INPUT` error with `extensions.issues`.
   */
  readonly events?: Maybe<EventConnection>;
  /** The experience so far, from 0. */
  readonly experience: Scalars['Int']['output'];
  /** The highest total so far. */
  readonly highestHitPoints: Scalars['Int']['output'];
  /** From 0 to the maximum. Without a maximum the sum of all changes, which may be below 0. */
  readonly hitPoints: Scalars['Int']['output'];
  /** The id under which its events are appended. */
  readonly id: Scalars['ID']['output'];
  /** The level that follows from the experience, 1–20, by the System Reference Document 5.1. */
  readonly level: Scalars['Int']['output'];
  /** The maximum of hit points, null while none is set. */
  readonly maximumHitPoints?: Maybe<Scalars['Int']['output']>;
  /** The name given last. */
  readonly name: Scalars['String']['output'];
  /** What damage is taken from first. They may exceed the maximum. */
  readonly temporaryHitPoints: Scalars['Int']['output'];
  /** When its latest event was stored. Null if another program wrote it. */
  readonly updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The version of the latest event. */
  readonly version: Scalars['Int']['output'];
};


/** A character as it is now. */
export type CharacterEventsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** A page of the characters, the newest first. */
export type CharacterConnection = {
  readonly __typename?: 'CharacterConnection';
  /** The characters with their cursors. */
  readonly edges: ReadonlyArray<CharacterEdge>;
  /** The characters alone. */
  readonly nodes: ReadonlyArray<Character>;
  /** Where the page stands in the list. */
  readonly pageInfo: PageInfo;
};

/** A character in a page. */
export type CharacterEdge = {
  readonly __typename?: 'CharacterEdge';
  /** Opaque; continues from this character with `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The character. */
  readonly node: Character;
};

/** A page of a character's history, or why there is none. */
export type CharacterEventsResult = EventConnection | InvalidInputError | NoEventFoundError;

/** A character, or why there is none. */
export type CharacterResult = Character | InvalidInputError | NoEventFoundError;

/**
 * A character as it stood at one version. It has no `id`, so that a cache never mistakes the past for
 * the present character.
 */
export type CharacterState = {
  readonly __typename?: 'CharacterState';
  /** Whether it was put away. */
  readonly archived: Scalars['Boolean']['output'];
  /** The character. */
  readonly characterId: Scalars['ID']['output'];
  /** The experience up to that version, from 0. */
  readonly experience: Scalars['Int']['output'];
  /** The highest total up to that version. */
  readonly highestHitPoints: Scalars['Int']['output'];
  /** From 0 to the maximum. Without a maximum the sum of all changes up to that version, which may be below 0. */
  readonly hitPoints: Scalars['Int']['output'];
  /** The level that follows from the experience, 1–20, by the System Reference Document 5.1. */
  readonly level: Scalars['Int']['output'];
  /** The maximum of hit points, null while none is set. */
  readonly maximumHitPoints?: Maybe<Scalars['Int']['output']>;
  /** The name at that version. */
  readonly name: Scalars['String']['output'];
  /** What damage is taken from first. They may exceed the maximum. */
  readonly temporaryHitPoints: Scalars['Int']['output'];
  /** The version of the last event folded in. */
  readonly version: Scalars['Int']['output'];
};

/** A past state of a character, or why there is none. */
export type CharacterStateResult = CharacterState | InvalidInputError | NoEventFoundError;

/**
 * A failure that the caller can act on. Every error member of a result union implements it, so
 * `... on Error { message }` always has an answer, also for members that are added later.
 */
export type Error = {
  /** What was expected and what arrived, for people. */
  readonly message: Scalars['String']['output'];
};

/** Something that happened to a character. It never changes. */
export type Event = {
  readonly __typename?: 'Event';
  /** Who appended it: the subject of their token. Null where the server asks nobody, and in events from before. */
  readonly actor?: Maybe<Scalars['String']['output']>;
  /** Whether it put the character away (`true`) or back (`false`). Null: neither. */
  readonly archived?: Maybe<Scalars['Boolean']['output']>;
  /** The change of hit points: negative for damage, positive for healing. */
  readonly characterHitPoints: Scalars['Int']['output'];
  /** The character that it happened to. */
  readonly characterId: Scalars['ID']['output'];
  /** The character's name from this event on. */
  readonly characterName: Scalars['String']['output'];
  /** The change of experience. Null: none. */
  readonly experience?: Maybe<Scalars['Int']['output']>;
  /** Opaque, and unique over all types. */
  readonly id: Scalars['ID']['output'];
  /**
   * The maximum of hit points that it set; 0: there is none any more, since an event that set the first one was taken
   * back. Null: it set none.
   */
  readonly maximumHitPoints?: Maybe<Scalars['Int']['output']>;
  /** What happened, in words. */
  readonly note: Scalars['String']['output'];
  /** When it was stored. Informative: order is `version` alone. Null in events that other programs wrote. */
  readonly recordedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The version of the event that this one takes back. */
  readonly reverts?: Maybe<Scalars['Int']['output']>;
  /** The character as it stood right after this event. */
  readonly state?: Maybe<CharacterState>;
  /** The temporary hit points that it set. Null: it set none. */
  readonly temporaryHitPoints?: Maybe<Scalars['Int']['output']>;
  /** Its place in the character's history: 0, 1, 2, … without gaps. */
  readonly version: Scalars['Int']['output'];
};

/**
 * The version is taken by another event; in a group also: this event of it is stored already, others are not.
 * Nothing was stored.
 */
export type EventAlreadyExistsError = Error & {
  readonly __typename?: 'EventAlreadyExistsError';
  /** The character. */
  readonly characterId: Scalars['ID']['output'];
  /** The event that holds this version. */
  readonly event: Event;
  /** What was expected and what arrived, for people. */
  readonly message: Scalars['String']['output'];
  /** A hint, from what the server knew already: the version to try next. */
  readonly nextVersion: Scalars['Int']['output'];
  /** The version that is taken. */
  readonly version: Scalars['Int']['output'];
};

/** A page of events, oldest first. */
export type EventConnection = {
  readonly __typename?: 'EventConnection';
  /** The events with their cursors. */
  readonly edges: ReadonlyArray<EventEdge>;
  /** The events alone. */
  readonly nodes: ReadonlyArray<Event>;
  /** Where the page stands in the history. */
  readonly pageInfo: PageInfo;
  /** How many events the whole history has. Costs a read of its own. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** An event in a page. */
export type EventEdge = {
  readonly __typename?: 'EventEdge';
  /** Opaque; continues from this event with `after` or `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The event. */
  readonly node: Event;
};

/** A character to follow. */
export type FollowInput = {
  /** The last version that is known: −1 for all events. Left out: only events from now on. */
  readonly afterVersion?: InputMaybe<Scalars['Int']['input']>;
  /** The character's id, 1–255 bytes of UTF-8. It may have no events yet. */
  readonly characterId: Scalars['ID']['input'];
};

/** The idempotency key belongs to an event with other content. Nothing was stored. */
export type IdempotencyKeyReusedError = Error & {
  readonly __typename?: 'IdempotencyKeyReusedError';
  /** The event that was stored with this key. */
  readonly event: Event;
  /** What was expected and what arrived, for people. */
  readonly message: Scalars['String']['output'];
};

/** One problem of an input. */
export type InputIssue = {
  readonly __typename?: 'InputIssue';
  /** What was expected and what arrived, for people. */
  readonly message: Scalars['String']['output'];
  /** Where it is, from the argument on, for instance `["input", "note"]`. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
};

/** The input breaks a rule. Nothing was stored. */
export type InvalidInputError = Error & {
  readonly __typename?: 'InvalidInputError';
  /** Every problem found. */
  readonly issues: ReadonlyArray<InputIssue>;
  /** What was expected and what arrived, for people. */
  readonly message: Scalars['String']['output'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Appends one event to a character's history. The first event (version 0) creates the character.
   * An acknowledged event is durable and never changes.
   */
  readonly appendEvent?: Maybe<AppendEventResult>;
  /**
   * Appends 1–100 events of any characters, all or none. Several of one character take consecutive versions
   * in the order given. A character that is put away or back counts as one more event. On an engine without
   * transactions it is an `UNSUPPORTED` error.
   */
  readonly appendEvents?: Maybe<AppendEventsResult>;
  /**
   * Takes back what an event did by appending another one; the event itself stays. Hit points, temporary ones and
   * experience change by the difference that it made: of a healing that the maximum cut short, as much as was healed. A
   * name, a maximum and a place in the list go back to what they were before it, unless a later event set another one.
   * It never conflicts: it takes the next version. A revert can be reverted.
   */
  readonly revertEvent?: Maybe<RevertEventResult>;
};


export type MutationAppendEventArgs = {
  input: AppendEventInput;
};


export type MutationAppendEventsArgs = {
  input: AppendEventsInput;
};


export type MutationRevertEventArgs = {
  input: RevertEventInput;
};

/** There is no such character, or it has not reached that version. */
export type NoEventFoundError = Error & {
  readonly __typename?: 'NoEventFoundError';
  /** The character that was asked for. */
  readonly characterId: Scalars['ID']['output'];
  /** What was expected and what arrived, for people. */
  readonly message: Scalars['String']['output'];
  /** The version that was asked for, if the character exists and that version does not. */
  readonly missingVersion?: Maybe<Scalars['Int']['output']>;
};

/** Where a page stands in the whole list, as in the GraphQL Cursor Connections specification. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The cursor of the last edge, null in an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there is more after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge, null in an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
};

export type Query = {
  readonly __typename?: 'Query';
  /** A character as it is now. Costs one small read at any length of history. */
  readonly character?: Maybe<CharacterResult>;
  /** A character as it was right after one of its events. Costs one small read at any length of history. */
  readonly characterAt?: Maybe<CharacterStateResult>;
  /**
   * What happened to a character, oldest first. Forward with `first` and `after`, backward with `last`
   * and `before`; without any of them the first 100 events. The order inside a page is always oldest first.
   */
  readonly characterEvents?: Maybe<CharacterEventsResult>;
  /**
   * All characters but those that are put away, the newest first, each as it is now. Wrong arguments are a
   * `BAD_USER_INPUT` error with `extensions.issues`.
   */
  readonly characters?: Maybe<CharacterConnection>;
};


export type QueryCharacterArgs = {
  id: Scalars['ID']['input'];
};


export type QueryCharacterAtArgs = {
  id: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};


export type QueryCharacterEventsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  id: Scalars['ID']['input'];
  last: InputMaybe<Scalars['Int']['input']>;
};


export type QueryCharactersArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  archived?: Scalars['Boolean']['input'];
  first: InputMaybe<Scalars['Int']['input']>;
};

/** An event to take back. */
export type RevertEventInput = {
  /** The character. */
  readonly characterId: Scalars['ID']['input'];
  /**
   * The caller's name for this revert, as in `AppendEventInput`. Left out: one that is the same for the same
   * version, so that a second press answers with the first one's event and `duplicate: true`.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** Why, in words; at most 2,000 characters. Left out: for instance `Undo of version 7`. */
  readonly note?: InputMaybe<Scalars['String']['input']>;
  /** The version of the event to take back. */
  readonly version: Scalars['Int']['input'];
};

/** What became of a revert. */
export type RevertEventResult = AppendEventSuccess | IdempotencyKeyReusedError | InvalidInputError | NoEventFoundError;

/**
 * What happens from now on, over the WebSocket at the same address (graphql-ws). A subscription continues from a
 * version: asked again after a reconnect with the last one that has come, nothing is missed and nothing comes twice.
 * Wrong arguments are a `BAD_USER_INPUT` error with `extensions.issues`.
 */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * Every character that is created from now on, once, as it is when that is seen. What was created before is in
   * `characters`, which to read again after a reconnect.
   */
  readonly characterCreated?: Maybe<Character>;
  /** The events of a character, in the order of their versions, those that are stored already first. */
  readonly eventAppended?: Maybe<Event>;
  /**
   * The events of 1–1,000 characters in one stream, those that are stored already first. For each character they come in
   * the order of their versions; between characters there is no order. No character is named twice.
   */
  readonly eventsAppended?: Maybe<Event>;
};


/**
 * What happens from now on, over the WebSocket at the same address (graphql-ws). A subscription continues from a
 * version: asked again after a reconnect with the last one that has come, nothing is missed and nothing comes twice.
 * Wrong arguments are a `BAD_USER_INPUT` error with `extensions.issues`.
 */
export type SubscriptionEventAppendedArgs = {
  afterVersion: InputMaybe<Scalars['Int']['input']>;
  characterId: Scalars['ID']['input'];
};


/**
 * What happens from now on, over the WebSocket at the same address (graphql-ws). A subscription continues from a
 * version: asked again after a reconnect with the last one that has come, nothing is missed and nothing comes twice.
 * Wrong arguments are a `BAD_USER_INPUT` error with `extensions.issues`.
 */
export type SubscriptionEventsAppendedArgs = {
  characters: ReadonlyArray<FollowInput>;
};

/** The version would leave a gap in the history. Nothing was stored. */
export type VersionGapError = Error & {
  readonly __typename?: 'VersionGapError';
  /** The character. */
  readonly characterId: Scalars['ID']['output'];
  /** What was expected and what arrived, for people. */
  readonly message: Scalars['String']['output'];
  /** The only version that can be appended next. */
  readonly nextVersion: Scalars['Int']['output'];
  /** The version that was asked for. */
  readonly version: Scalars['Int']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  AppendEventResult:
    | ( Omit<AppendEventSuccess, 'character' | 'event'> & { character: _RefType['Character'], event: _RefType['Event'] } & { __typename: 'AppendEventSuccess' } )
    | ( Omit<EventAlreadyExistsError, 'event'> & { event: _RefType['Event'] } & { __typename: 'EventAlreadyExistsError' } )
    | ( Omit<IdempotencyKeyReusedError, 'event'> & { event: _RefType['Event'] } & { __typename: 'IdempotencyKeyReusedError' } )
    | ( InvalidInputError & { __typename: 'InvalidInputError' } )
    | ( VersionGapError & { __typename: 'VersionGapError' } )
  ;
  AppendEventsResult:
    | ( Omit<AppendEventsSuccess, 'characters' | 'events'> & { characters: ReadonlyArray<_RefType['Character']>, events: ReadonlyArray<_RefType['Event']> } & { __typename: 'AppendEventsSuccess' } )
    | ( Omit<EventAlreadyExistsError, 'event'> & { event: _RefType['Event'] } & { __typename: 'EventAlreadyExistsError' } )
    | ( Omit<IdempotencyKeyReusedError, 'event'> & { event: _RefType['Event'] } & { __typename: 'IdempotencyKeyReusedError' } )
    | ( InvalidInputError & { __typename: 'InvalidInputError' } )
    | ( VersionGapError & { __typename: 'VersionGapError' } )
  ;
  CharacterEventsResult:
    | ( EventPage & { __typename: 'EventConnection' } )
    | ( InvalidInputError & { __typename: 'InvalidInputError' } )
    | ( NoEventFoundError & { __typename: 'NoEventFoundError' } )
  ;
  CharacterResult:
    | ( CharacterStateModel & { __typename: 'Character' } )
    | ( InvalidInputError & { __typename: 'InvalidInputError' } )
    | ( NoEventFoundError & { __typename: 'NoEventFoundError' } )
  ;
  CharacterStateResult:
    | ( CharacterStateModel & { __typename: 'CharacterState' } )
    | ( InvalidInputError & { __typename: 'InvalidInputError' } )
    | ( NoEventFoundError & { __typename: 'NoEventFoundError' } )
  ;
  RevertEventResult:
    | ( Omit<AppendEventSuccess, 'character' | 'event'> & { character: _RefType['Character'], event: _RefType['Event'] } & { __typename: 'AppendEventSuccess' } )
    | ( Omit<IdempotencyKeyReusedError, 'event'> & { event: _RefType['Event'] } & { __typename: 'IdempotencyKeyReusedError' } )
    | ( InvalidInputError & { __typename: 'InvalidInputError' } )
    | ( NoEventFoundError & { __typename: 'NoEventFoundError' } )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Error:
    | ( Omit<EventAlreadyExistsError, 'event'> & { event: _RefType['Event'] } & { __typename: 'EventAlreadyExistsError' } )
    | ( Omit<IdempotencyKeyReusedError, 'event'> & { event: _RefType['Event'] } & { __typename: 'IdempotencyKeyReusedError' } )
    | ( InvalidInputError & { __typename: 'InvalidInputError' } )
    | ( NoEventFoundError & { __typename: 'NoEventFoundError' } )
    | ( VersionGapError & { __typename: 'VersionGapError' } )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AppendEventInput: AppendEventInput;
  AppendEventResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['AppendEventResult']>;
  AppendEventSuccess: ResolverTypeWrapper<Omit<AppendEventSuccess, 'character' | 'event'> & { character: ResolversTypes['Character'], event: ResolversTypes['Event'] }>;
  AppendEventsInput: AppendEventsInput;
  AppendEventsResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['AppendEventsResult']>;
  AppendEventsSuccess: ResolverTypeWrapper<Omit<AppendEventsSuccess, 'characters' | 'events'> & { characters: ReadonlyArray<ResolversTypes['Character']>, events: ReadonlyArray<ResolversTypes['Event']> }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Character: ResolverTypeWrapper<CharacterStateModel>;
  CharacterConnection: ResolverTypeWrapper<CharacterPage>;
  CharacterEdge: ResolverTypeWrapper<Omit<CharacterEdge, 'node'> & { node: ResolversTypes['Character'] }>;
  CharacterEventsResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CharacterEventsResult']>;
  CharacterResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CharacterResult']>;
  CharacterState: ResolverTypeWrapper<CharacterStateModel>;
  CharacterStateResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CharacterStateResult']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Error: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Error']>;
  Event: ResolverTypeWrapper<RecordedEvent>;
  EventAlreadyExistsError: ResolverTypeWrapper<Omit<EventAlreadyExistsError, 'event'> & { event: ResolversTypes['Event'] }>;
  EventConnection: ResolverTypeWrapper<EventPage>;
  EventEdge: ResolverTypeWrapper<RecordedEvent>;
  FollowInput: FollowInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  IdempotencyKeyReusedError: ResolverTypeWrapper<Omit<IdempotencyKeyReusedError, 'event'> & { event: ResolversTypes['Event'] }>;
  InputIssue: ResolverTypeWrapper<InputIssue>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  InvalidInputError: ResolverTypeWrapper<InvalidInputError>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NoEventFoundError: ResolverTypeWrapper<NoEventFoundError>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RevertEventInput: RevertEventInput;
  RevertEventResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RevertEventResult']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  VersionGapError: ResolverTypeWrapper<VersionGapError>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AppendEventInput: AppendEventInput;
  AppendEventResult: ResolversUnionTypes<ResolversParentTypes>['AppendEventResult'];
  AppendEventSuccess: Omit<AppendEventSuccess, 'character' | 'event'> & { character: ResolversParentTypes['Character'], event: ResolversParentTypes['Event'] };
  AppendEventsInput: AppendEventsInput;
  AppendEventsResult: ResolversUnionTypes<ResolversParentTypes>['AppendEventsResult'];
  AppendEventsSuccess: Omit<AppendEventsSuccess, 'characters' | 'events'> & { characters: ReadonlyArray<ResolversParentTypes['Character']>, events: ReadonlyArray<ResolversParentTypes['Event']> };
  Boolean: Scalars['Boolean']['output'];
  Character: CharacterStateModel;
  CharacterConnection: CharacterPage;
  CharacterEdge: Omit<CharacterEdge, 'node'> & { node: ResolversParentTypes['Character'] };
  CharacterEventsResult: ResolversUnionTypes<ResolversParentTypes>['CharacterEventsResult'];
  CharacterResult: ResolversUnionTypes<ResolversParentTypes>['CharacterResult'];
  CharacterState: CharacterStateModel;
  CharacterStateResult: ResolversUnionTypes<ResolversParentTypes>['CharacterStateResult'];
  DateTime: Scalars['DateTime']['output'];
  Error: ResolversInterfaceTypes<ResolversParentTypes>['Error'];
  Event: RecordedEvent;
  EventAlreadyExistsError: Omit<EventAlreadyExistsError, 'event'> & { event: ResolversParentTypes['Event'] };
  EventConnection: EventPage;
  EventEdge: RecordedEvent;
  FollowInput: FollowInput;
  ID: Scalars['ID']['output'];
  IdempotencyKeyReusedError: Omit<IdempotencyKeyReusedError, 'event'> & { event: ResolversParentTypes['Event'] };
  InputIssue: InputIssue;
  Int: Scalars['Int']['output'];
  InvalidInputError: InvalidInputError;
  Mutation: Record<PropertyKey, never>;
  NoEventFoundError: NoEventFoundError;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RevertEventInput: RevertEventInput;
  RevertEventResult: ResolversUnionTypes<ResolversParentTypes>['RevertEventResult'];
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  VersionGapError: VersionGapError;
};

export type AppendEventResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppendEventResult'] = ResolversParentTypes['AppendEventResult']> = {
  __resolveType: TypeResolveFn<'AppendEventSuccess' | 'EventAlreadyExistsError' | 'IdempotencyKeyReusedError' | 'InvalidInputError' | 'VersionGapError', ParentType, ContextType>;
};

export type AppendEventSuccessResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppendEventSuccess'] = ResolversParentTypes['AppendEventSuccess']> = {
  character?: Resolver<ResolversTypes['Character'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AppendEventsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppendEventsResult'] = ResolversParentTypes['AppendEventsResult']> = {
  __resolveType: TypeResolveFn<'AppendEventsSuccess' | 'EventAlreadyExistsError' | 'IdempotencyKeyReusedError' | 'InvalidInputError' | 'VersionGapError', ParentType, ContextType>;
};

export type AppendEventsSuccessResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AppendEventsSuccess'] = ResolversParentTypes['AppendEventsSuccess']> = {
  characters?: Resolver<ReadonlyArray<ResolversTypes['Character']>, ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  events?: Resolver<ReadonlyArray<ResolversTypes['Event']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CharacterResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Character'] = ResolversParentTypes['Character']> = {
  archived?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  events?: Resolver<Maybe<ResolversTypes['EventConnection']>, ParentType, ContextType, Partial<CharacterEventsArgs>>;
  experience?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  highestHitPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  hitPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maximumHitPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  temporaryHitPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CharacterConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CharacterConnection'] = ResolversParentTypes['CharacterConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['CharacterEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Character']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CharacterEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CharacterEdge'] = ResolversParentTypes['CharacterEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Character'], ParentType, ContextType>;
};

export type CharacterEventsResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CharacterEventsResult'] = ResolversParentTypes['CharacterEventsResult']> = {
  __resolveType: TypeResolveFn<'EventConnection' | 'InvalidInputError' | 'NoEventFoundError', ParentType, ContextType>;
};

export type CharacterResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CharacterResult'] = ResolversParentTypes['CharacterResult']> = {
  __resolveType: TypeResolveFn<'Character' | 'InvalidInputError' | 'NoEventFoundError', ParentType, ContextType>;
};

export type CharacterStateResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CharacterState'] = ResolversParentTypes['CharacterState']> = {
  archived?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  characterId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  experience?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  highestHitPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  hitPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  maximumHitPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  temporaryHitPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CharacterStateResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CharacterStateResult'] = ResolversParentTypes['CharacterStateResult']> = {
  __resolveType: TypeResolveFn<'CharacterState' | 'InvalidInputError' | 'NoEventFoundError', ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type ErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Error'] = ResolversParentTypes['Error']> = {
  __resolveType: TypeResolveFn<'EventAlreadyExistsError' | 'IdempotencyKeyReusedError' | 'InvalidInputError' | 'NoEventFoundError' | 'VersionGapError', ParentType, ContextType>;
};

export type EventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Event'] = ResolversParentTypes['Event']> = {
  actor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  archived?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  characterHitPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  characterId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  characterName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  experience?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  maximumHitPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  note?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  recordedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  reverts?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  state?: Resolver<Maybe<ResolversTypes['CharacterState']>, ParentType, ContextType>;
  temporaryHitPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EventAlreadyExistsErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EventAlreadyExistsError'] = ResolversParentTypes['EventAlreadyExistsError']> = {
  characterId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nextVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EventConnection'] = ResolversParentTypes['EventConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['EventEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Event']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EventEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EventEdge'] = ResolversParentTypes['EventEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
};

export type IdempotencyKeyReusedErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IdempotencyKeyReusedError'] = ResolversParentTypes['IdempotencyKeyReusedError']> = {
  event?: Resolver<ResolversTypes['Event'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type InputIssueResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InputIssue'] = ResolversParentTypes['InputIssue']> = {
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InvalidInputErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InvalidInputError'] = ResolversParentTypes['InvalidInputError']> = {
  issues?: Resolver<ReadonlyArray<ResolversTypes['InputIssue']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  appendEvent: Resolver<Maybe<ResolversTypes['AppendEventResult']>, ParentType, ContextType, RequireFields<MutationAppendEventArgs, 'input'>>;
  appendEvents: Resolver<Maybe<ResolversTypes['AppendEventsResult']>, ParentType, ContextType, RequireFields<MutationAppendEventsArgs, 'input'>>;
  revertEvent: Resolver<Maybe<ResolversTypes['RevertEventResult']>, ParentType, ContextType, RequireFields<MutationRevertEventArgs, 'input'>>;
};

export type NoEventFoundErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['NoEventFoundError'] = ResolversParentTypes['NoEventFoundError']> = {
  characterId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  missingVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  character: Resolver<Maybe<ResolversTypes['CharacterResult']>, ParentType, ContextType, RequireFields<QueryCharacterArgs, 'id'>>;
  characterAt: Resolver<Maybe<ResolversTypes['CharacterStateResult']>, ParentType, ContextType, RequireFields<QueryCharacterAtArgs, 'id' | 'version'>>;
  characterEvents: Resolver<Maybe<ResolversTypes['CharacterEventsResult']>, ParentType, ContextType, RequireFields<QueryCharacterEventsArgs, 'id'>>;
  characters: Resolver<Maybe<ResolversTypes['CharacterConnection']>, ParentType, ContextType, RequireFields<QueryCharactersArgs, 'archived'>>;
};

export type RevertEventResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RevertEventResult'] = ResolversParentTypes['RevertEventResult']> = {
  __resolveType: TypeResolveFn<'AppendEventSuccess' | 'IdempotencyKeyReusedError' | 'InvalidInputError' | 'NoEventFoundError', ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  characterCreated: SubscriptionResolver<Maybe<ResolversTypes['Character']>, "characterCreated", ParentType, ContextType>;
  eventAppended: SubscriptionResolver<Maybe<ResolversTypes['Event']>, "eventAppended", ParentType, ContextType, RequireFields<SubscriptionEventAppendedArgs, 'characterId'>>;
  eventsAppended: SubscriptionResolver<Maybe<ResolversTypes['Event']>, "eventsAppended", ParentType, ContextType, RequireFields<SubscriptionEventsAppendedArgs, 'characters'>>;
};

export type VersionGapErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['VersionGapError'] = ResolversParentTypes['VersionGapError']> = {
  characterId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nextVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  AppendEventResult?: AppendEventResultResolvers<ContextType>;
  AppendEventSuccess?: AppendEventSuccessResolvers<ContextType>;
  AppendEventsResult?: AppendEventsResultResolvers<ContextType>;
  AppendEventsSuccess?: AppendEventsSuccessResolvers<ContextType>;
  Character?: CharacterResolvers<ContextType>;
  CharacterConnection?: CharacterConnectionResolvers<ContextType>;
  CharacterEdge?: CharacterEdgeResolvers<ContextType>;
  CharacterEventsResult?: CharacterEventsResultResolvers<ContextType>;
  CharacterResult?: CharacterResultResolvers<ContextType>;
  CharacterState?: CharacterStateResolvers<ContextType>;
  CharacterStateResult?: CharacterStateResultResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Error?: ErrorResolvers<ContextType>;
  Event?: EventResolvers<ContextType>;
  EventAlreadyExistsError?: EventAlreadyExistsErrorResolvers<ContextType>;
  EventConnection?: EventConnectionResolvers<ContextType>;
  EventEdge?: EventEdgeResolvers<ContextType>;
  IdempotencyKeyReusedError?: IdempotencyKeyReusedErrorResolvers<ContextType>;
  InputIssue?: InputIssueResolvers<ContextType>;
  InvalidInputError?: InvalidInputErrorResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NoEventFoundError?: NoEventFoundErrorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RevertEventResult?: RevertEventResultResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  VersionGapError?: VersionGapErrorResolvers<ContextType>;
};

