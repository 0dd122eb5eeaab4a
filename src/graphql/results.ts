import type { InputIssue } from '../character/event.ts';
import type { AppendGroupOutcome, AppendOutcome, Refusal } from '../store/append-outcome.ts';
import type { Revert, RevertOutcome } from '../store/revert.ts';
import type { ResolversTypes } from './generated/resolver-types.ts';

type Member<Union extends keyof ResolversTypes, Name> = Extract<
  Awaited<ResolversTypes[Union]>,
  { __typename: Name }
>;

type Success = Member<'AppendEventResult', 'AppendEventSuccess'>;

/** The result of `appendEvent`. */
export function appendEventResult(outcome: AppendOutcome): Awaited<ResolversTypes['AppendEventResult']> {
  return outcome.type === 'appended' ? appended(outcome) : refusal(outcome);
}

/** The result of `appendEvents`. */
export function appendEventsResult(
  outcome: AppendGroupOutcome,
): Awaited<ResolversTypes['AppendEventsResult']> {
  if (outcome.type !== 'appended') return refusal(outcome);
  const { events, states, duplicate } = outcome;
  return { __typename: 'AppendEventsSuccess', events, characters: states, duplicate };
}

/** The result of `revertEvent`. */
export function revertEventResult(
  outcome: RevertOutcome,
  { characterId, version }: Revert,
): Awaited<ResolversTypes['RevertEventResult']> {
  switch (outcome.type) {
    case 'appended':
      return appended(outcome);
    case 'no_such_character':
      return noEventFound(characterId);
    case 'no_such_version':
      return noEventFound(characterId, version);
    case 'key_reused':
      return keyReused(outcome);
    case 'invalid_input':
      return invalidAppend(outcome);
  }
}

function appended({ event, state, duplicate }: Extract<AppendOutcome, { type: 'appended' }>): Success {
  return { __typename: 'AppendEventSuccess', event, character: state, duplicate };
}

function keyReused({
  event,
}: Extract<Refusal, { type: 'key_reused' }>): Member<'AppendEventResult', 'IdempotencyKeyReusedError'> {
  return {
    __typename: 'IdempotencyKeyReusedError',
    message: `Expected the content of version ${event.version}, which was stored with this idempotency key, got another.`,
    event,
  };
}

function invalidAppend({ issues }: Extract<Refusal, { type: 'invalid_input' }>) {
  return invalidInput(issues.map(({ path, message }) => ({ path: ['input', ...path], message })));
}

function refusal(outcome: Refusal): Exclude<Awaited<ResolversTypes['AppendEventResult']>, Success> {
  switch (outcome.type) {
    case 'version_taken':
      return {
        __typename: 'EventAlreadyExistsError',
        message: `Expected a free version, got ${outcome.event.version}, which an event holds already. The next one is ${outcome.nextVersion}.`,
        characterId: outcome.event.characterId,
        version: outcome.event.version,
        event: outcome.event,
        nextVersion: outcome.nextVersion,
      };
    case 'version_gap':
      return {
        __typename: 'VersionGapError',
        message: `Expected version ${outcome.nextVersion}, the next one, got ${outcome.version}.`,
        characterId: outcome.characterId,
        version: outcome.version,
        nextVersion: outcome.nextVersion,
      };
    case 'key_reused':
      return keyReused(outcome);
    case 'invalid_input':
      return invalidAppend(outcome);
  }
}

/** The result for arguments that break rules, with one issue for each. */
export function invalidInput(
  issues: readonly InputIssue[],
): Member<'AppendEventResult', 'InvalidInputError'> {
  return {
    __typename: 'InvalidInputError',
    message: issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' '),
    issues,
  };
}

/** The result for a character without events or, with a version, for a version that it does not have. */
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
