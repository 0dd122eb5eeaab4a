import { Pool } from 'undici';
import { type Effort, workOnRequest } from '../measure/worker.ts';
import { appendEvent } from './documents.ts';
import { eventAt } from './event-at.ts';

/** Appends over HTTP, each lane to a character of its own. */
export type Appends = Effort & { readonly url: string };

type Target = { readonly pool: Pool; readonly path: string; readonly versions: number[] };

const targets = new Map<string, Target>();
const run = process.pid;

function targetOf({ url, inFlight }: Appends): Target {
  const key = `${url} ${inFlight}`;
  const { origin, pathname } = new URL(url);
  const known = targets.get(key) ?? {
    pool: new Pool(origin, { connections: inFlight }),
    path: pathname,
    versions: [],
  };
  targets.set(key, known);
  return known;
}

workOnRequest<Appends>((task) => {
  const { pool, path, versions } = targetOf(task);
  const { port } = new URL(task.url);
  return async (lane) => {
    const version = versions[lane] ?? 0;
    const characterId = `character-${run}-${port}-${task.inFlight}-${lane}`;
    const input = eventAt(characterId, version);
    const { body } = await pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: appendEvent, operationName: 'Append', variables: { input } }),
    });
    const answer = await body.text();
    if (!answer.includes('"AppendEventSuccess"'))
      throw new Error(`Expected an appended event, got ${answer}`);
    versions[lane] = version + 1;
  };
});
