/** Whether the long versions of the fault and race tests run: `npm run test:soak`. */
export const soaking = process.env['SOAK'] === 'on';

const firstSeed = Number(process.env['SEED'] ?? 1);

/** The seeds of the fault tests; `SEED=17` begins with another one, to run one that failed again. */
export const seeds: readonly number[] = Array.from({ length: soaking ? 20 : 3 }, (_, nth) => firstSeed + nth);

/** How often something is tried: a small number in `npm test`, all of it in the soak. */
export function times(bounded: number, soak: number): number {
  return soaking ? soak : bounded;
}
