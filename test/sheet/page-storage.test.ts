import { describe, expect, test } from 'vitest';
import { storageOf } from '../../src/sheet/page-storage.ts';
import { memoryStorage, refusingStorages } from './stores.ts';

describe('a storage of the page', () => {
  test('gives back what it keeps, until it is told otherwise', () => {
    const storage = memoryStorage();
    expect(storage.kept('draft')).toBeUndefined();
    storage.keep('draft', { amount: '7' });
    expect(storage.kept('draft')).toEqual({ amount: '7' });
    storage.keep('draft', undefined);
    expect(storage.kept('draft')).toBeUndefined();
    expect(storage.texts.size).toBe(0);
  });

  test.each(refusingStorages)('that %s stops nothing', (_, storage) => {
    const page = storageOf(storage);
    expect(() => page.kept('draft')).not.toThrow();
    expect(() => page.keep('draft', 'x')).not.toThrow();
    expect(() => page.keep('draft', undefined)).not.toThrow();
  });
});
