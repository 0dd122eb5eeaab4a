import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { CharacterState } from '../character/character.ts';
import { characterIdIssues, type InputIssue, type NewEvent, versionIssues } from '../character/event.ts';
import { levelOf } from '../character/level.ts';
import type { CharacterPage } from '../store/directory.ts';
import type { EventPage, RecordedEvent } from '../store/history.ts';
import type { RequestContext } from './context.ts';
import { followAllIssues, followIssues } from './follow-input.ts';
import type {
  AppendEventInput,
  CharacterConnectionResolvers,
  CharacterResolvers,
  CharacterStateResolvers,
  EventConnectionResolvers,
  EventEdgeResolvers,
  EventResolvers,
  Resolvers,
  SubscriptionResolvers,
} from './generated/resolver-types.ts';
import {
  characterPageIssues,
  characterPageRequest,
  directoryCursor,
  eventCursor,
  eventId,
  eventPageIssues,
  eventPageRequest,
  pageSizes,
} from './pagination.ts';
import {
  appendEventResult,
  appendEventsResult,
  invalidInput,
  noEventFound,
  revertEventResult,
} from './results.ts';

/** Every field that the model does not answer by a property of the same name needs a resolver. */
type Complete<FieldResolvers, Model> = FieldResolvers &
  Required<Omit<FieldResolvers, keyof Model | '__isTypeOf'>>;

type CompleteResolvers = Required<Pick<Resolvers, 'Query' | 'Mutation'>> & {
  readonly Subscription: {
    readonly [Field in keyof SubscriptionResolvers]: Exclude<
      SubscriptionResolvers[Field],
      (...args: never[]) => unknown
    >;
  };
  readonly Character: Complete<CharacterResolvers, CharacterState>;
  readonly CharacterState: Complete<CharacterStateResolvers, CharacterState>;
  readonly CharacterConnection: Complete<CharacterConnectionResolvers, CharacterPage>;
  readonly Event: Complete<EventResolvers, RecordedEvent>;
  readonly EventConnection: Complete<EventConnectionResolvers, EventPage>;
  readonly EventEdge: Complete<EventEdgeResolvers, RecordedEvent>;
};

/** The schema's fields over the store: each maps its arguments, calls, and maps the answer. */
export const resolvers: CompleteResolvers = {
  Query: {
    character: async (_, { id }, { characters }) => {
      const issues = characterIdIssues(id, ['id']);
      if (issues.length > 0) return invalidInput(issues);
      const state = await characters.load(id);
      return state === undefined ? noEventFound(id) : { __typename: 'Character', ...state };
    },
    characterAt: async (_, { id, version }, { store, signals }) => {
      const issues = [...characterIdIssues(id, ['id']), ...versionIssues(version, ['version'])];
      if (issues.length > 0) return invalidInput(issues);
      const outcome = await store.characterAt(id, version, signals.clientGone);
      if (outcome.type === 'state') return { __typename: 'CharacterState', ...outcome.state };
      return noEventFound(id, outcome.type === 'no_such_version' ? version : null);
    },
    characterEvents: async (_, { id, ...page }, { store, signals }) => {
      const issues = [...characterIdIssues(id, ['id']), ...eventPageIssues(id, page)];
      if (issues.length > 0) return invalidInput(issues);
      const events = await store.events(id, eventPageRequest(id, page), signals.clientGone);
      return events === undefined ? noEventFound(id) : { __typename: 'EventConnection', ...events };
    },
    characters: async (_, page, { store, signals }) => {
      throwIfAny(characterPageIssues(page));
      return store.directory(characterPageRequest(page), signals.clientGone);
    },
  },
  Mutation: {
    appendEvent: async (_, { input }, { store, characters, signals }) => {
      const outcome = await store.append(newEvent(input), signals.deadline);
      characters.clear(input.characterId);
      return appendEventResult(outcome);
    },
    appendEvents: async (_, { input }, { store, characters, signals }) => {
      const outcome = await store.appendGroup(input.events.map(newEvent), signals.deadline);
      characters.clearAll();
      return appendEventsResult(outcome);
    },
    revertEvent: async (_, { input }, { store, characters, signals }) => {
      const { characterId, version, note, idempotencyKey } = input;
      const revert = {
        characterId,
        version,
        note: note ?? undefined,
        idempotencyKey: idempotencyKey ?? undefined,
      };
      const outcome = await store.revert(revert, signals.deadline);
      characters.clear(characterId);
      return revertEventResult(outcome, revert);
    },
  },
  Subscription: {
    eventAppended: {
      subscribe: (_, { characterId, afterVersion }, { store, signals }) => {
        throwIfAny(followIssues({ characterId, afterVersion }));
        return eventsOf(store.subscribe(characterId, afterVersion ?? undefined, signals.clientGone));
      },
    },
    eventsAppended: {
      subscribe: (_, { characters }, { store, signals }) => {
        throwIfAny(followAllIssues(characters));
        const followed = characters.map(({ characterId, afterVersion }) => ({
          characterId,
          afterVersion: afterVersion ?? undefined,
        }));
        return eventsOfAll(store.subscribeAll(followed, signals.clientGone));
      },
    },
    characterCreated: { subscribe: (_, __, context) => createdCharactersOf(context) },
  },
  Character: {
    id: ({ characterId }) => characterId,
    level: ({ experience }) => levelOf(experience),
    events: async ({ characterId }, page, { store, signals }, { path }) => {
      throwIfAny(eventPageIssues(characterId, page));
      const size = isInList(path) ? pageSizes.events.inList : pageSizes.events.alone;
      const request = eventPageRequest(characterId, page, size);
      return (await store.events(characterId, request, signals.clientGone)) ?? null;
    },
  },
  CharacterState: { level: ({ experience }) => levelOf(experience) },
  CharacterConnection: {
    edges: async (page, _, context) => {
      const characters = await listed(page, context);
      const edges = characters.map(({ entry, state }) => ({ cursor: directoryCursor(entry), node: state }));
      return context.answer.inTurns(edges);
    },
    nodes: async (page, _, context) => {
      const characters = await listed(page, context);
      return context.answer.inTurns(characters.map(({ state }) => state));
    },
    pageInfo: (page) => pageInfo(page, page.entries, directoryCursor),
  },
  Event: { id: eventId, note: ({ note }, _, { answer }) => answer.withText(note) },
  EventConnection: {
    edges: ({ events }, _, { answer }) => answer.inTurns(events),
    nodes: ({ events }, _, { answer }) => answer.inTurns(events),
    pageInfo: (page) => pageInfo(page, page.events, eventCursor),
    totalCount: async ({ characterId }, _, { characters }) => {
      const state = await characters.load(characterId);
      return state === undefined ? 0 : state.version + 1;
    },
  },
  EventEdge: { cursor: eventCursor, node: (event) => event },
};

function isInList(path: GraphQLResolveInfo['path'] | undefined): boolean {
  return path !== undefined && (typeof path.key === 'number' || isInList(path.prev));
}

async function* eventsOf(events: AsyncGenerator<RecordedEvent>) {
  for await (const eventAppended of events) yield { eventAppended };
}

async function* eventsOfAll(events: AsyncGenerator<RecordedEvent>) {
  for await (const eventsAppended of events) yield { eventsAppended };
}

// A subscription has one context for all its life: its loader is cleared, or it would keep every character.
async function* createdCharactersOf({ store, characters, signals }: RequestContext) {
  for await (const characterCreated of store.createdCharacters(signals.clientGone)) {
    characters.clearAll();
    yield { characterCreated };
  }
}

/** The characters of a page, each with its entry. The directory may list one that has no events any more. */
async function listed({ entries }: CharacterPage, { characters }: RequestContext) {
  const states = await Promise.all(entries.map(({ characterId }) => characters.load(characterId)));
  return entries.flatMap((entry, index) => {
    const state = states[index];
    return state === undefined ? [] : [{ entry, state }];
  });
}

function pageInfo<Item>(
  { hasNextPage, hasPreviousPage }: Pick<EventPage, 'hasNextPage' | 'hasPreviousPage'>,
  items: readonly Item[],
  cursorOf: (item: Item) => string,
) {
  const [first] = items;
  const last = items.at(-1);
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: first === undefined ? null : cursorOf(first),
    endCursor: last === undefined ? null : cursorOf(last),
  };
}

// Where the result is no union, wrong arguments are a top-level error.
function throwIfAny(issues: readonly InputIssue[]): void {
  if (issues.length === 0) return;
  const { message } = invalidInput(issues);
  throw new GraphQLError(message, { extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT, issues } });
}

/** Every field of the input, so that a new one of the schema does not compile until it is mapped. */
function newEvent(
  input: AppendEventInput,
): Readonly<Pick<NewEvent, keyof AppendEventInput>> & Record<keyof AppendEventInput, unknown> {
  return {
    characterId: input.characterId,
    version: input.version ?? undefined,
    characterName: input.characterName ?? undefined,
    characterHitPoints: input.characterHitPoints,
    note: input.note,
    maximumHitPoints: input.maximumHitPoints ?? undefined,
    temporaryHitPoints: input.temporaryHitPoints ?? undefined,
    experience: input.experience ?? undefined,
    archived: input.archived ?? undefined,
    idempotencyKey: input.idempotencyKey ?? undefined,
  };
}
