import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import type { NewEvent } from '../character/event.ts';
import { createEventStore } from '../store/event-store.ts';
import type { EventTable } from '../store/event-table.ts';
import { quantity, RefusedError, withTable } from './program.ts';

/** `seed`: a small party with a past, for trying things out. */
export function seedCommand(): Command {
  return new Command('seed')
    .description('append a small party with a past; running it again adds nothing')
    .option('--json', 'answer in JSON')
    .action(seed);
}

type Saying = Pick<NewEvent, 'maximumHitPoints' | 'temporaryHitPoints' | 'experience'>;
type Past = readonly (readonly [change: number, note: string, saying?: Saying])[];

const party: readonly { readonly id: string; readonly name: string; readonly past: Past }[] = [
  {
    id: 'astrid',
    name: 'Astrid',
    past: [
      [8, 'Joins the party'],
      [-2, 'Slashing damage from goblin'],
      [-3, 'Bludgeoning damage from bugbear'],
    ],
  },
  {
    id: 'morgana',
    name: 'Morgana',
    past: [
      [6, 'Joins the party'],
      [-4, 'Fire damage from her own fireball'],
      [3, 'Potion of healing'],
    ],
  },
  {
    id: 'brother-aldous',
    name: 'Brother Aldous',
    past: [
      [11, 'Joins the party'],
      [-7, 'Piercing damage from a trap'],
      [5, 'Cure wounds'],
      [-1, 'Poison damage from an apple'],
    ],
  },
  {
    id: 'ylva',
    name: 'Ylva',
    past: [
      [12, 'Joins the party', { maximumHitPoints: 12 }],
      [0, 'False life', { temporaryHitPoints: 5 }],
      [-7, 'Cold damage from a white dragon wyrmling'],
      [0, 'Drives it off', { experience: 450 }],
      [0, "Inspired by Astrid's courage", { temporaryHitPoints: 4 }],
    ],
  },
];

async function seed({ json }: { readonly json?: true }): Promise<void> {
  const counts = await withTable(({ table }) => appendParty(table));
  const { appended, thereBefore } = counts;
  const sentence = `${quantity(appended, 'event')} of ${quantity(party.length, 'character')} appended, ${thereBefore} there before.`;
  process.stdout.write(`${json ? JSON.stringify(counts) : sentence}\n`);
}

async function appendParty(table: EventTable) {
  const store = createEventStore({
    table,
    headCacheSize: 1_000,
    clock: () => new Date(),
    newKey: randomUUID,
    followPollMs: 500,
    onPollFailure: () => {},
  });
  const counts = { appended: 0, thereBefore: 0 };
  for (const event of party.flatMap(eventsOf)) {
    const outcome = await store.append(event);
    if (outcome.type !== 'appended') {
      const place = `${event.characterId}, version ${event.version}`;
      throw new RefusedError(`Expected ${place} to be free or of an earlier seed, got another event.`);
    }
    counts[outcome.duplicate ? 'thereBefore' : 'appended'] += 1;
  }
  return counts;
}

function eventsOf({ id, name, past }: (typeof party)[number]): readonly NewEvent[] {
  return past.map(([characterHitPoints, note, saying], version) => ({
    ...saying,
    characterId: id,
    version,
    characterName: name,
    characterHitPoints,
    note,
    idempotencyKey: `seed/${version}`,
  }));
}
