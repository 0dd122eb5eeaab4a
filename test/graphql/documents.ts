const eventFields = /* GraphQL */ `
  id characterId version characterName characterHitPoints note recordedAt
  maximumHitPoints temporaryHitPoints experience archived
  state { hitPoints version maximumHitPoints temporaryHitPoints experience level archived }
`;
const characterFields = /* GraphQL */ `
  id name hitPoints highestHitPoints version createdAt updatedAt
  maximumHitPoints temporaryHitPoints experience level archived
`;
const refusals = /* GraphQL */ `
  ... on EventAlreadyExistsError { characterId version nextVersion event { version note characterHitPoints } }
  ... on VersionGapError { characterId version nextVersion }
  ... on IdempotencyKeyReusedError { event { version note } }
  ... on InvalidInputError { issues { path message } }
  ... on Error { message }
`;

/** Every arm of an append's result, with every field. */
export const appendEvent = /* GraphQL */ `
  mutation Append($input: AppendEventInput!) {
    appendEvent(input: $input) {
      __typename
      ... on AppendEventSuccess {
        duplicate
        event { ${eventFields} }
        character { ${characterFields} }
      }
      ${refusals}
    }
  }
`;

/** Every arm of a group's result, with every field. */
export const appendEvents = /* GraphQL */ `
  mutation AppendGroup($input: AppendEventsInput!) {
    appendEvents(input: $input) {
      __typename
      ... on AppendEventsSuccess {
        duplicate
        events { ${eventFields} }
        characters { ${characterFields} }
      }
      ${refusals}
    }
  }
`;

/** Every arm of a revert's result. */
export const revertEvent = /* GraphQL */ `
  mutation Revert($input: RevertEventInput!) {
    revertEvent(input: $input) {
      __typename
      ... on AppendEventSuccess {
        duplicate
        event { ${eventFields} reverts }
        character { ${characterFields} }
      }
      ... on NoEventFoundError { characterId missingVersion }
      ... on IdempotencyKeyReusedError { event { version note } }
      ... on InvalidInputError { issues { path message } }
      ... on Error { message }
    }
  }
`;

/** A character as it is now. */
export const character = /* GraphQL */ `
  query Character($id: ID!) {
    character(id: $id) {
      __typename
      ... on Character { ${characterFields} }
      ... on NoEventFoundError { characterId missingVersion }
      ... on InvalidInputError { issues { path message } }
      ... on Error { message }
    }
  }
`;

/** The list of characters. */
export const characters = /* GraphQL */ `
  query Characters($first: Int, $after: String, $archived: Boolean! = false) {
    characters(first: $first, after: $after, archived: $archived) {
      edges { cursor node { id } }
      nodes { ${characterFields} }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;

/** A character as it was. */
export const characterAt = /* GraphQL */ `
  query CharacterAt($id: ID!, $version: Int!) {
    characterAt(id: $id, version: $version) {
      __typename
      ... on CharacterState { characterId version name hitPoints highestHitPoints }
      ... on NoEventFoundError { characterId missingVersion }
      ... on InvalidInputError { issues { path message } }
      ... on Error { message }
    }
  }
`;

/** A page of a character's history. */
export const characterEvents = /* GraphQL */ `
  query CharacterEvents($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    characterEvents(id: $id, first: $first, after: $after, last: $last, before: $before) {
      __typename
      ... on EventConnection {
        nodes { id characterId version characterName characterHitPoints note state { hitPoints } }
        edges { cursor node { version } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
      ... on NoEventFoundError { characterId missingVersion }
      ... on InvalidInputError { issues { path message } }
      ... on Error { message }
    }
  }
`;
