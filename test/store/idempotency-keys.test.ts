import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/character/event.ts';
import { countOf, idempotencyKeys, versionHolding, withKey } from '../../src/store/idempotency-keys.ts';

const letters = fc.array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), { maxLength: 400 });

test('the newest event of the window that holds a key is found, whatever came before it', () => {
  fc.assert(
    fc.property(letters, fc.nat(50), (keys, read) => {
      let held = idempotencyKeys(keys.slice(0, read).map((key, version) => ({ key, version })));
      for (const [version, key] of keys.entries())
        if (version >= read) held = withKey(held, { key, version });
      const newest = keys.length - 1;
      for (const key of new Set(keys)) {
        const version = keys.lastIndexOf(key);
        const inWindow = version > newest - limits.idempotencyWindow;
        expect(versionHolding(held, key, newest)).toBe(inWindow ? version : undefined);
      }
    }),
  );
});

test('one more key changes no value before it, and keys beyond the window are let go', () => {
  const first = withKey(idempotencyKeys([]), { key: 'first', version: 0 });
  let held = first;
  for (let version = 1; version <= 1_000; version += 1) held = withKey(held, { key: `${version}`, version });
  expect([versionHolding(first, 'first', 0), countOf(first)]).toEqual([0, 1]);
  expect(versionHolding(held, '900', 1_000)).toBeUndefined();
  expect(versionHolding(held, '901', 1_000)).toBe(901);
  expect(countOf(held)).toBeLessThan(2 * limits.idempotencyWindow);
});
