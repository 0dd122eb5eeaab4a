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
