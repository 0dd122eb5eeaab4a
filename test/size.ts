const sizes = ['small', 'long', 'soak'] as const;
const size = sizes.indexOf((process.env['SIZE'] as (typeof sizes)[number] | undefined) ?? 'small');
if (size === -1) throw new Error(`SIZE: expected one of ${sizes.join(', ')}, got "${process.env['SIZE']}".`);

/**
 * How much a test does in `npm test`, in `npm run test:long` and in `npm run test:soak`. Its rules are the same in
 * each. What uses this is in a file `*.sized.test.ts`, or in a `*.long.test.ts`, which `npm test` leaves out: the long
 * runs take only those.
 */
export function sized<Value>(small: Value, long: Value, soak: Value = long): Value {
  return [small, long, soak][size] as Value;
}

const firstSeed = Number(process.env['SEED'] ?? 1);

/** The seeds of the fault tests; `SEED=17` begins with another one, to run one that failed again. */
export const seeds: readonly number[] = Array.from({ length: sized(1, 3, 20) }, (_, nth) => firstSeed + nth);
