import { fold } from '../src/character/character.ts';
import type { NewEvent } from '../src/character/event.ts';
import { type EventItem, type NewlyRecorded, type StoredItem, toItem } from '../src/store/event-item.ts';

/** The rogue of the article series: 8 hit points, then a goblin. */
export const rogue = 'cpustejovsky';

/** The three events of the series as a client sends them. */
export const goblinAmbush: readonly NewEvent[] = [
  { characterId: rogue, version: 0, characterName: 'cpustejovsky', characterHitPoints: 8, note: 'Init' },
  { characterId: rogue, version: 1, characterHitPoints: -2, note: 'Slashing damage from goblin' },
  { characterId: rogue, version: 2, characterHitPoints: -3, note: 'Bludgeoning damage from bugbear' },
];

/** An event of the wizard of the party, as it is stored. */
export function wizardEvent(version: number, characterHitPoints: number, note = ''): NewlyRecorded {
  return storedEvent(version, { characterHitPoints, note });
}

/** An event of the wizard that says this and nothing else, as it is stored. */
export function storedEvent(version: number, saying: Partial<NewlyRecorded>): NewlyRecorded {
  return {
    characterId: 'wizard',
    version,
    characterName: 'Morgana',
    characterHitPoints: 0,
    note: '',
    recordedAt: new Date(Date.UTC(2026, 0, 1) + version).toISOString(),
    idempotencyKey: `key-${version}`,
    reverts: null,
    actor: null,
    maximumHitPoints: null,
    temporaryHitPoints: null,
    experience: null,
    archived: null,
    ...saying,
  };
}

/** The items of a history with these changes of hit points, as this program writes them. */
export function wizardItems(changes: readonly number[], note = ''): readonly EventItem[] {
  return itemsOf(changes.map((characterHitPoints) => ({ characterHitPoints, note })));
}

/** The items of a history whose events say this, as this program writes them. */
export function itemsOf(sayings: readonly Partial<NewlyRecorded>[]): readonly EventItem[] {
  let state: ReturnType<typeof fold> | undefined;
  return sayings.map((saying, version) => {
    const event = storedEvent(version, saying);
    state = fold(state, event);
    return toItem(event, state);
  });
}

/** An item as the Go program of the series writes it: five attributes and nothing else. */
export function goItem(
  Id: string,
  Version: number,
  CharacterHitPoints: number,
  Note = 'from Go',
): StoredItem {
  return { Id, Version, CharacterName: 'Gopher', CharacterHitPoints, Note };
}
