import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { type Effort, workOnRequest } from '../measure/worker.ts';

const folder = process.env['EVENT_STORE_PATH'] ?? mkdtempSync(join(tmpdir(), 'bench-lmdb-'));
const events = open<object, [string, number]>({ path: folder, overlappingSync: false });
const versions: number[] = [];
const run = process.pid;

workOnRequest<Effort>(({ inFlight }) => async (lane) => {
  const version = versions[lane] ?? 0;
  const characterId = `character-${run}-${inFlight}-${lane}`;
  versions[lane] = version + 1;
  const key: [string, number] = [characterId, version];
  await events.ifNoExists(key, () => {
    events.put(key, {
      Id: characterId,
      Version: version,
      CharacterName: 'Goblin slayer',
      CharacterHitPoints: version % 2 === 0 ? 7 : -5,
      Note: 'slashing damage from goblin',
      IdempotencyKey: `${characterId}/${version}`,
      RecordedAt: new Date().toISOString(),
    });
  });
});
