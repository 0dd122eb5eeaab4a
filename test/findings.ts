import { type Finding, verifyTable } from '../src/store/maintenance/verify.ts';
import type { EngineUnderTest } from './engines/engines.ts';

/** What the verification of a table finds; with `repair` it mends that. */
export async function findingsOf(
  { table, admin }: Pick<EngineUnderTest, 'table' | 'admin'>,
  repair = false,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => findings.push(finding);
  await verifyTable(table, admin, { repair, now: new Date(), onEvent: () => {}, onFinding });
  return findings;
}
