import { describe, expect, test } from 'vitest';
import { hasMoreValues } from '../../src/http/json-values.ts';

const has = (json: string, most: number) => hasMoreValues(Buffer.from(json), most);

describe('the values of JSON', () => {
  test.each([
    ['{}', 1],
    ['"text"', 0],
    ['{"a":1,"b":[1,2]}', 4],
    ['[[[[]]]]', 4],
    [String.raw`["a,[{\"," , "\\", "\\\",", ""]`, 4],
    [JSON.stringify({ note: String.raw`[,{"\ `.repeat(100), again: '\u{1F409},' }), 2],
    ['["no end, [[[', 1],
  ])('of %s are counted', (json, count) => {
    expect([has(json, count), has(json, count - 1)]).toEqual([false, true]);
  });

  test('are counted in little time, whatever the texts are', () => {
    const before = process.cpuUsage();
    for (const text of [',', '"', '\\', '[']) {
      expect(has(JSON.stringify([text.repeat(1_400_000)]), 1)).toBe(false);
    }
    expect(has('['.repeat(3_000_000), 3_000)).toBe(true);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});
