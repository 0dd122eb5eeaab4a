import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../src/character/event.ts';
import { countOf, idempotencyKeys, versionHolding, withKey } from '../../src/store/idempotency-keys.ts';

const letters = fc.array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), { maxLength: 400 });

test('the newest event that holds a key is found, whatever came before it', () => {
  fc.assert(
    fc.property(letters, fc.nat(50), (keys, read) => {
      let held = idempotencyKeys(keys.slice(0, read).map((key, version) => ({ key, version })));
      for (const [version, key] of keys.entries())
        if (version >= read) held = withKey(held, { key, version });
      const longest = limits.idempotencyWindow + limits.groupSize - 1;
      for (const key of new Set(keys)) {
        const version = keys.lastIndexOf(key);
        if (version >= keys.length - longest) expect(versionHolding(held, key)).toBe(version);
      }
    }),
  );
});

test('one more key changes no value before it, and keys beyond the window are let go', () => {
  const first = withKey(idempotencyKeys([]), { key: 'first', version: 0 });
  let held = first;
  for (let version = 1; version <= 1_000; version += 1) held = withKey(held, { key: `${version}`, version });
  expect([versionHolding(first, 'first'), countOf(first)]).toEqual([0, 1]);
  expect([versionHolding(held, '500'), versionHolding(held, '802')]).toEqual([undefined, 802]);
  expect(countOf(held)).toBeLessThan(limits.idempotencyWindow + limits.groupSize + 16);
});
