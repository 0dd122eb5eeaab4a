import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { codeOf, codesOf, eachOnce } from '../../src/graphql/errors.ts';
import { StoreFault } from '../../src/store/errors.ts';

const throttled = new StoreFault('THROTTLED', 'Too much.', { retryable: true });

describe('the code of', () => {
  test.each<[string, unknown, string]>([
    ['a fault of the store', throttled, 'THROTTLED'],
    ['a refusal', new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' } }), 'FORBIDDEN'],
    ['a formatted error', { message: 'No.', extensions: { code: 'FORBIDDEN' } }, 'FORBIDDEN'],
    ['an error without a code', new GraphQLError('?'), 'INTERNAL_SERVER_ERROR'],
    ['an error whose code is no text', { extensions: { code: 7 } }, 'INTERNAL_SERVER_ERROR'],
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
