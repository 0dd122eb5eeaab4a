import { eventAt } from '../load/event-at.ts';
import { type Effort, workOnRequest } from '../measure/worker.ts';
import { store } from '../servers/bare-store.ts';

const versions: number[] = [];
const run = process.pid;

workOnRequest<Effort>(({ inFlight }) => async (lane) => {
  const version = versions[lane] ?? 0;
  const characterId = `character-${run}-${inFlight}-${lane}`;
  versions[lane] = version + 1;
  await store(eventAt(characterId, version), new Date().toISOString());
});
