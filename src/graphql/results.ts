import type { InputIssue } from '../character/event.ts';
import type { AppendOutcome } from '../store/append.ts';
import type { ResolversTypes } from './generated/resolver-types.ts';

type Member<Union extends keyof ResolversTypes, Name> = Extract<
  Awaited<ResolversTypes[Union]>,
  { __typename: Name }
>;

/** What the caller of `appendEvent` is told. */
export function appendEventResult(
  characterId: string,
  outcome: AppendOutcome,
): Awaited<ResolversTypes['AppendEventResult']> {
  switch (outcome.type) {
    case 'appended':
      return {
        __typename: 'AppendEventSuccess',
        event: outcome.event,
        character: outcome.state,
        duplicate: outcome.duplicate,
      };
    case 'version_taken':
      return {
        __typename: 'EventAlreadyExistsError',
        message: `Expected a free version, got ${outcome.event.version}, which another event holds. The next one is ${outcome.nextVersion}.`,
        characterId,
        version: outcome.event.version,
        event: outcome.event,
        nextVersion: outcome.nextVersion,
      };
    case 'version_gap':
      return {
        __typename: 'VersionGapError',
        message: `Expected version ${outcome.nextVersion}, the next one, got ${outcome.version}.`,
        characterId,
        version: outcome.version,
        nextVersion: outcome.nextVersion,
      };
    case 'key_reused':
      return {
        __typename: 'IdempotencyKeyReusedError',
        message: `Expected the content of version ${outcome.event.version}, which was stored with this idempotency key, got another.`,
        event: outcome.event,
      };
    case 'invalid_input':
      return invalidInput(outcome.issues.map(({ path, message }) => ({ path: ['input', ...path], message })));
  }
}

/** What the caller is told whose arguments break a rule. */
export function invalidInput(
  issues: readonly InputIssue[],
): Member<'AppendEventResult', 'InvalidInputError'> {
  return {
    __typename: 'InvalidInputError',
    message: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
    issues,
  };
}

/** What the caller is told who asks for a character, or a version of one, that nothing happened in. */
export function noEventFound(
  characterId: string,
  missingVersion: number | null = null,
): Member<'CharacterResult', 'NoEventFoundError'> {
  const what = missingVersion === null ? 'events' : `an event of version ${missingVersion}`;
  return {
    __typename: 'NoEventFoundError',
    message: `Expected a character with ${what}, got ${JSON.stringify(characterId)}, which has none.`,
    characterId,
    missingVersion,
  };
}
