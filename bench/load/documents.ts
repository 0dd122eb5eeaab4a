/** Appends one event and selects all that is stored of it. */
export const appendEvent = /* GraphQL */ `
  mutation Append($input: AppendEventInput!) {
    appendEvent(input: $input) {
      __typename
      ... on AppendEventSuccess {
        duplicate
        event { id characterId version characterName characterHitPoints note recordedAt }
      }
      ... on Error { message }
    }
  }
`;

/** A character as it is now. */
export const character = /* GraphQL */ `
  query Character($id: ID!) {
    character(id: $id) { __typename ... on Character { id name hitPoints version } }
  }
`;

/** The last hundred events of a character. */
export const lastEvents = /* GraphQL */ `
  query LastEvents($id: ID!) {
    characterEvents(id: $id, last: 100) { __typename ... on EventConnection { nodes { version } } }
  }
`;

/** A hundred characters, `hero-0` to `hero-99`, in one request. */
export const hundredCharacters = /* GraphQL */ `
  query HundredCharacters {
    ${Array.from({ length: 100 }, (_, n) => `c${n}: character(id: "hero-${n}") { ...Now }`).join(' ')}
  }
  fragment Now on Character { id name hitPoints version }
`;

/** Appends one event. */
export const appendOne = /* GraphQL */ `
  mutation AppendOne($input: AppendEventInput!) {
    appendEvent(input: $input) { __typename ... on Error { message } }
  }
`;

/** Appends up to a hundred events. */
export const appendGroup = /* GraphQL */ `
  mutation AppendGroup($events: [AppendEventInput!]!) {
    appendEvents(input: { events: $events }) { __typename ... on Error { message } }
  }
`;
