import { Command } from 'commander';
import type { CharacterState } from '../character/character.ts';
import { type Finding, type VerifyReport, verifyTable } from '../store/maintenance/verify.ts';
import { quantity, RefusedError, withTable } from './program.ts';
import { startProgress } from './progress.ts';

/** `verify`: replays every event and compares it with what is stored beside it. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'replay every event, compare all snapshots, look for gaps; exit code 1 if anything is left wrong',
    )
    .option('--character <id>', 'only this character')
    .option('--repair', 'write missing and wrong snapshots and entries of the directory, and nothing else')
    .option('--json', 'answer in JSON')
    .action(verify);
}

type Options = { readonly character?: string; readonly repair?: boolean; readonly json?: boolean };

async function verify({ character, repair = false, json }: Options): Promise<void> {
  const progress = startProgress('events');
  const findings: Finding[] = [];
  const report = await withTable(({ table, admin }) =>
    verifyTable(table, admin, {
      characterId: character,
      repair,
      now: new Date(),
      onEvent: progress.step,
      onFinding: (finding) => findings.push(finding),
    }),
  );
  progress.end();
  if (character !== undefined && report.events === 0) {
    throw new RefusedError(
      `Expected a character with events, got ${JSON.stringify(character)}, which has none.`,
    );
  }
  const answer = json ? [JSON.stringify({ ...report, findings })] : sentences(report, findings);
  process.stdout.write(`${answer.join('\n')}\n`);
  if (findings.some(({ isMended }) => !isMended)) throw new RefusedError();
}

function sentences({ characters, events, ofAnotherLayout }: VerifyReport, findings: readonly Finding[]) {
  const mended = findings.filter(({ isMended }) => isMended).length;
  const others = ofAnotherLayout.map((id) => JSON.stringify(id)).join(', ');
  return [
    ...findings.map(sentenceOf),
    ...(others === ''
      ? []
      : [
          `${quantity(ofAnotherLayout.length, 'id')} not looked at, with items that are no events: ${others}.`,
        ]),
    `${quantity(characters, 'character')} with ${quantity(events, 'event')} verified; wrong: ${findings.length}, mended: ${mended}.`,
  ];
}

function sentenceOf(finding: Finding): string {
  const { characterId, from, to, isMended } = finding;
  const versions = from === to ? `version ${from}` : `versions ${from} to ${to}`;
  const remedy = isRepairable(finding) ? '--repair mends it' : 'it cannot be mended';
  return `${JSON.stringify(characterId)}, ${versions}: ${problemOf(finding)}; ${isMended ? 'mended' : remedy}.`;
}

function problemOf(finding: Finding): string {
  switch (finding.type) {
    case 'missing_events':
      return 'missing';
    case 'unreadable_item':
      return `unreadable: ${finding.message.replace(/\.$/, '')}`;
    case 'wrong_total':
      return `the snapshot of another program says ${finding.total} hit points, the events before it say ${finding.hitPoints}`;
    case 'changed_event':
      return `the event was changed: it says ${finding.change} hit points, the snapshots around it ${finding.changeBefore}`;
    case 'wrong_snapshot':
      return `the snapshot says ${stateText(finding.snapshot)}, the events say ${stateText(finding.state)}`;
    case 'no_snapshot':
      return 'no snapshot of this program';
    case 'not_in_directory':
      return 'not in the directory';
    case 'in_other_list':
      return finding.archived
        ? 'put away, and in the list of the characters'
        : 'in the list of those put away';
    case 'stray_directory_entry':
      return 'listed in the directory a second time';
  }
}

function isRepairable(finding: Finding): boolean {
  switch (finding.type) {
    case 'wrong_snapshot':
    case 'not_in_directory':
    case 'in_other_list':
      return true;
    case 'no_snapshot':
      return finding.state !== undefined;
    default:
      return false;
  }
}

function stateText(state: CharacterState): string {
  const { name, hitPoints, highestHitPoints, maximumHitPoints, temporaryHitPoints, experience, archived } =
    state;
  return [
    `${JSON.stringify(name)} with ${hitPoints} hit points`,
    `at most ${highestHitPoints}`,
    ...(maximumHitPoints === null ? [] : [`of ${maximumHitPoints}`]),
    ...(temporaryHitPoints === 0 ? [] : [`${temporaryHitPoints} temporary`]),
    ...(experience === 0 ? [] : [`${experience} experience`]),
    ...(archived ? ['put away'] : []),
  ].join(', ');
}
