import { type Effort, workOnRequest } from '../measure/worker.ts';
import { store } from '../servers/bare-store.ts';

const versions: number[] = [];
const run = process.pid;

workOnRequest<Effort>(({ inFlight }) => async (lane) => {
  const version = versions[lane] ?? 0;
  const characterId = `character-${run}-${inFlight}-${lane}`;
  versions[lane] = version + 1;
  const event = {
    characterId,
    version,
    characterName: 'Goblin slayer',
    characterHitPoints: version % 2 === 0 ? 7 : -5,
    note: 'slashing damage from goblin',
    idempotencyKey: `${characterId}/${version}`,
  };
  await store(event, new Date().toISOString());
});
