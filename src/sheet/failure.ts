/** Why there is no answer, or none that was hoped for. */
export type Failure = {
  /** The `extensions.code` of the error, or `UNREACHABLE` without an answer. */
  readonly code: string;
  /** Under which the server has logged it. */
  readonly requestId: string | null;
  /** The server's own words, where it has any for callers. */
  readonly message: string;
};

/** No answer, or none of this API: what was sent may have arrived all the same. */
export const unreachable: Failure = { code: 'UNREACHABLE', requestId: null, message: '' };

const advices: Readonly<Record<string, string>> = {
  UNREACHABLE: 'The server did not answer. Check that it is running and that you are connected.',
  STORE_UNAVAILABLE:
    'The server cannot reach its store. Wait a moment; if it stays, look at the server’s log.',
  STORE_TIMEOUT: 'The store took too long to answer. Wait a moment.',
  THROTTLED: 'The store is busy. Wait a few seconds.',
  CONTENDED: 'Many changes came at the same time. Nothing was stored.',
  OUTCOME_UNKNOWN: 'The server could not find out whether it is stored.',
  DIRECTORY_MISSING:
    'This table has no list of its characters. Run “npx character-events table create” once, or open a character by its id.',
  UNAUTHENTICATED: 'You have to sign in first.',
  AUTHENTICATION_UNAVAILABLE: 'The server cannot check who you are for now. Wait a moment.',
  FORBIDDEN: 'You may not do this. Ask whoever runs the server.',
};

/** What went wrong and what to do, in words. */
export function adviceOn(failure: Failure): string {
  const advice = advices[failure.code];
  if (advice !== undefined) return advice;
  if (failure.code === 'BAD_USER_INPUT') return failure.message;
  const reference = failure.requestId === null ? '' : ` Its log has it under ${failure.requestId}.`;
  return `Something went wrong in the server.${reference}`;
}

/** Whether what was sent may be stored although no answer says so. */
export function mayBeStored(failure: Failure): boolean {
  return ![
    'THROTTLED',
    'CONTENDED',
    'BAD_USER_INPUT',
    'UNAUTHENTICATED',
    'AUTHENTICATION_UNAVAILABLE',
    'FORBIDDEN',
  ].includes(failure.code);
}
