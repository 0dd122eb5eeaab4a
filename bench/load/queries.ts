import { Pool } from 'undici';
import { type Effort, workOnRequest } from '../measure/worker.ts';

/** The same bodies again and again over HTTP; so many of them at a time are one step. */
export type Queries = Effort & { readonly url: string; readonly bodies: readonly string[] };

const pools = new Map<string, Pool>();

workOnRequest<Queries>(({ url, bodies }) => {
  const { origin, pathname } = new URL(url);
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 16 });
  pools.set(origin, pool);
  const ask = async (sent: string) => {
    const { body } = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { 'content-type': 'application/json' },
      body: sent,
    });
    const answer = await body.text();
    if (answer.includes('"errors"')) throw new Error(`Expected an answer, got ${answer.slice(0, 1_000)}`);
  };
  return () => Promise.all(bodies.map(ask));
});
