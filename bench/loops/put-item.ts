import { type Effort, workOnRequest } from '../measure/worker.ts';
import { putEvent } from '../servers/put-event.ts';

const versions: number[] = [];
const run = process.pid;

workOnRequest<Effort>(({ inFlight }) => async (lane) => {
  const version = versions[lane] ?? 0;
  const characterId = `character-${run}-${inFlight}-${lane}`;
  versions[lane] = version + 1;
  await putEvent(
    {
      characterId,
      version,
      characterName: 'Goblin slayer',
      characterHitPoints: version % 2 === 0 ? 7 : -5,
      note: 'slashing damage from goblin',
      idempotencyKey: `${characterId}/${version}`,
    },
    new Date().toISOString(),
  );
});
