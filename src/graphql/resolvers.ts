import type { CharacterState } from '../character/character.ts';
import { characterIdIssues, versionIssues } from '../character/event.ts';
import type { EventPage, RecordedEvent } from '../store/history.ts';
import { eventCursor, eventId } from './event-identity.ts';
import type {
  AppendEventInput,
  CharacterResolvers,
  EventConnectionResolvers,
  EventEdgeResolvers,
  EventResolvers,
  PageInfoResolvers,
  Resolvers,
} from './generated/resolver-types.ts';
import { eventPageIssues, eventPageRequest } from './page-arguments.ts';
import { appendEventResult, appendEventsResult, invalidInput, noEventFound } from './results.ts';

/** Every field that the model does not answer by a property of the same name needs a resolver. */
type Complete<FieldResolvers, Model> = FieldResolvers &
  Required<Omit<FieldResolvers, keyof Model | '__isTypeOf'>>;

type CompleteResolvers = Required<Pick<Resolvers, 'Query' | 'Mutation'>> & {
  readonly Character: Complete<CharacterResolvers, CharacterState>;
  readonly Event: Complete<EventResolvers, RecordedEvent>;
  readonly EventConnection: Complete<EventConnectionResolvers, EventPage>;
  readonly EventEdge: Complete<EventEdgeResolvers, RecordedEvent>;
  readonly PageInfo: Complete<PageInfoResolvers, EventPage>;
};

/** The schema's fields over the store: each maps its arguments, calls, and maps the answer. */
export const resolvers: CompleteResolvers = {
  Query: {
    character: async (_, { id }, { store, interest }) => {
      const issues = characterIdIssues(id, ['id']);
      if (issues.length > 0) return invalidInput(issues);
      const state = await store.character(id, interest);
      return state === undefined ? noEventFound(id) : { __typename: 'Character', ...state };
    },
    characterAt: async (_, { id, version }, { store, interest }) => {
      const issues = [...characterIdIssues(id, ['id']), ...versionIssues(version, ['version'])];
      if (issues.length > 0) return invalidInput(issues);
      const outcome = await store.characterAt(id, version, interest);
      if (outcome.type === 'state') return { __typename: 'CharacterState', ...outcome.state };
      return noEventFound(id, outcome.type === 'no_such_version' ? version : null);
    },
    characterEvents: async (_, { id, ...page }, { store, interest }) => {
      const issues = [...characterIdIssues(id, ['id']), ...eventPageIssues(id, page)];
      if (issues.length > 0) return invalidInput(issues);
      const events = await store.events(id, eventPageRequest(id, page), interest);
      return events === undefined ? noEventFound(id) : { __typename: 'EventConnection', ...events };
    },
  },
  Mutation: {
    appendEvent: async (_, { input }, { store, deadline }) =>
      appendEventResult(await store.append(newEvent(input), deadline)),
    appendEvents: async (_, { input }, { store, deadline }) =>
      appendEventsResult(await store.appendGroup(input.events.map(newEvent), deadline)),
  },
  Character: { id: ({ characterId }) => characterId },
  Event: { id: eventId },
  EventConnection: {
    edges: ({ events }) => events,
    nodes: ({ events }) => events,
    pageInfo: (page) => page,
  },
  EventEdge: { cursor: eventCursor, node: (event) => event },
  PageInfo: {
    startCursor: ({ events }) => cursorOf(events[0]),
    endCursor: ({ events }) => cursorOf(events.at(-1)),
  },
};

function newEvent({ version, characterName, idempotencyKey, ...others }: AppendEventInput) {
  return {
    ...others,
    version: version ?? undefined,
    characterName: characterName ?? undefined,
    idempotencyKey: idempotencyKey ?? undefined,
  };
}

function cursorOf(event: RecordedEvent | undefined): string | null {
  return event === undefined ? null : eventCursor(event);
}
