import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { NewEvent } from './bare-api.ts';

const folder = process.env['EVENT_STORE_PATH'] ?? mkdtempSync(join(tmpdir(), 'bench-lmdb-'));
const events = open<object, [string, number]>({ path: folder, noSubdir: false, overlappingSync: false });

/** Stores one event in LMDB where its key is free, durably: as little as the engine lets one do. */
export function insertEvent(event: NewEvent, recordedAt: string): Promise<unknown> {
  const key: [string, number] = [event.characterId, event.version];
  return events.ifNoExists(key, () => {
    events.put(key, {
      Id: event.characterId,
      Version: event.version,
      CharacterName: event.characterName,
      CharacterHitPoints: event.characterHitPoints,
      Note: event.note,
      IdempotencyKey: event.idempotencyKey,
      RecordedAt: recordedAt,
    });
  });
}
