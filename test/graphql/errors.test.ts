import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../src/graphql/context.ts';
import { codeOf, codesOf, eachOnce, maskedError, withoutSuggestion } from '../../src/graphql/errors.ts';
import { StoreFault } from '../../src/store/errors.ts';
import { UnreadableItemError } from '../../src/store/event-item.ts';

const unreadable = new UnreadableItemError({ Id: 'bard', Version: 3 }, 'Note', 'a string', 'the secret 7');
const throttled = new StoreFault('THROTTLED', 'Too much.', { retryable: true });

describe('the code of', () => {
  test.each<[string, unknown, string]>([
    ['a fault of the store', throttled, 'THROTTLED'],
    ['a refusal', new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' } }), 'FORBIDDEN'],
    ['a formatted error', { message: 'No.', extensions: { code: 'FORBIDDEN' } }, 'FORBIDDEN'],
    ['an error without a code', new GraphQLError('?'), 'INTERNAL_SERVER_ERROR'],
    ['an error whose code is no text', { extensions: { code: 7 } }, 'INTERNAL_SERVER_ERROR'],
    ['an item that is no event', unreadable, 'UNREADABLE_EVENT'],
    ['a bug', new TypeError('undefined is not a function'), 'INTERNAL_SERVER_ERROR'],
    ['what is no error', undefined, 'INTERNAL_SERVER_ERROR'],
  ])('%s', (_, error, code) => {
    expect(codeOf(error)).toBe(code);
  });

  test('several errors is each once, in their order', () => {
    expect(codesOf([new Error('bug'), throttled, new Error('another')])).toEqual([
      'INTERNAL_SERVER_ERROR',
      'THROTTLED',
    ]);
    expect(codesOf()).toEqual([]);
  });
});

test('errors of one text and place are one; of other places they are several', () => {
  const at = (line: number) => ({ message: 'Expected less.', locations: [{ line, column: 1 }] });
  const end = { message: 'Too many validation errors, error limit reached. Validation aborted.' };
  expect(eachOnce([at(1), at(1), at(2), at(1), end])).toEqual([at(1), at(2)]);
});

describe('a suggestion is taken out of an error', () => {
  test.each([
    [
      'Cannot query field "nam" on type "Character". Did you mean "name"?',
      'Cannot query field "nam" on type "Character".',
    ],
    ['Unknown. Did you mean "a", "b", or "c"?', 'Unknown.'],
    ['What? Did you mean it.', 'What? Did you mean it.'],
    ['Expected?', 'Expected?'],
  ])('%s', (message, without) => {
    expect(withoutSuggestion({ message })).toEqual({ message: without });
  });

  test('in no more time than it takes to read, whatever the caller sent', () => {
    const before = process.cpuUsage();
    withoutSuggestion({ message: ' Did you mean '.repeat(200_000) });
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});

describe('an error on its way to the client', () => {
  const logged: unknown[] = [];
  const context = {
    requestId: 'request 1',
    log: { error: (fields: unknown) => logged.push(fields) },
  } as unknown as RequestContext;
  const masked = (cause: Error) => {
    const formatted = { message: cause.message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    return maskedError(formatted, new GraphQLError('', { originalError: cause }), context, false);
  };

  test('repeats little of what the caller sent', () => {
    const extensions = { code: 'BAD_USER_INPUT' };
    const { message } = maskedError(
      { message: 'x'.repeat(3_000_000), extensions },
      undefined,
      context,
      false,
    );
    expect(message).toBe(`${'x'.repeat(1_000)}…`);
  });

  test.each<[string, Error, string, object]>([
    [
      'a bug is masked',
      new TypeError('secret'),
      'The server failed to answer.',
      { code: 'INTERNAL_SERVER_ERROR' },
    ],
    ['a fault has its code', throttled, 'The store takes no more', { code: 'THROTTLED', retryable: true }],
    [
      'an unreadable item is named, without what it holds',
      unreadable,
      'The stored item of version 3 of "bard" is no event: expected Note to be a string.',
      { code: 'UNREADABLE_EVENT', characterId: 'bard', version: 3, expected: 'Note to be a string' },
    ],
  ])('%s', (_, cause, message, extensions) => {
    const told = masked(cause);
    expect(told.message).toContain(message);
    expect(told.extensions).toMatchObject({ ...extensions, requestId: 'request 1' });
    expect(JSON.stringify(told)).not.toContain('secret');
    expect(logged.at(-1)).toMatchObject({ requestId: 'request 1', err: cause });
  });
});
