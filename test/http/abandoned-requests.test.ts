import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineUnderTest, hasDynamoDb, openDynamoDb } from '../engines/engines.ts';
import { startHttpProxy } from '../engines/http-proxy.ts';
import { logLines } from '../engines/log-lines.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { appendEvent, characterEvents } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';

describe.skipIf(!hasDynamoDb)('when a client goes away', () => {
  let engine: EngineUnderTest;
  let server: ServerProcess;
  /** How long the engine's answers take. */
  let delayMs = 0;
  let isFailing = false;
  let arrived: string[];
  let abandoned: string[];
  beforeEach(async () => {
    delayMs = 0;
    isFailing = false;
    arrived = [];
    abandoned = [];
    engine = await openDynamoDb((endpoint) =>
      startHttpProxy(endpoint, async ({ operation, socket, forward }) => {
        const note = () => abandoned.push(operation);
        socket.once('close', note);
        arrived.push(operation);
        await sleep(delayMs, undefined, { ref: false });
        const answer = await forward();
        socket.off('close', note);
        return isFailing ? { status: 500, headers: {}, body: Buffer.from('{}') } : answer;
      }),
    );
    server = await startServer(engine.environment);
    await server.graphql(appendEvent, { input: goblinAmbush[0] });
    delayMs = 1_000;
    arrived = [];
  });
  afterEach(async () => {
    await server.stop('SIGKILL');
    await engine.close();
  });

  /** Leaves when the engine has the first call of it. */
  async function sendAndLeave(query: string, variables: object): Promise<void> {
    const leave = new AbortController();
    const leaving = fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: leave.signal,
    });
    await expect.poll(() => arrived.length).toBeGreaterThan(0);
    leave.abort();
    await expect(leaving).rejects.toThrow();
  }

  test('its reads are abandoned, and the log has no more of it than that the client is gone', async () => {
    delayMs = 60_000;
    await sendAndLeave(characterEvents, { id: rogue });
    await expect.poll(() => abandoned).toContain('Query');
    const line = { level: 30, results: { characterEvents: { CLIENT_GONE: 1 } }, errorCodes: ['CLIENT_GONE'] };
    await expect.poll(() => logLines(server)).toContainEqual(expect.objectContaining(line));
    expect(logLines(server).filter(({ level }) => level !== 30)).toEqual([]);
    // One more where the first one's time was over before the server saw that the client is gone, and not all.
    expect(arrived.length).toBeLessThan(3);
  });

  test('its append that fails is in the log all the same', async () => {
    isFailing = true;
    delayMs = 400;
    await sendAndLeave(appendEvent, { input: goblinAmbush[1] });
    await expect.poll(server.log).toContain('OUTCOME_UNKNOWN');
  });

  test('its append goes on', async () => {
    await sendAndLeave(appendEvent, { input: goblinAmbush[1] });
    await expect.poll(() => engine.table.query(rogue, { limit: 10 })).toHaveLength(2);
    expect(abandoned).toEqual([]);
  });
});
