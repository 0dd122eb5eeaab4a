import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { freePort } from '../engines/free-port.ts';
import { type ServerProcess, startServer } from '../engines/server-process.ts';
import { subscribe, webSocketClient } from '../engines/subscriber.ts';
import { appendEvent } from '../graphql/documents.ts';
import { goblinAmbush, rogue } from '../party.ts';
import { exampleWith } from './pages.ts';
import { openShell, type Shell } from './shell.ts';

const hasCaddy = spawnSync('caddy', ['version']).status === 0;
if (!hasCaddy) process.stderr.write('The example of a proxy is skipped: there is no Caddy.\n');

const caddyfile = exampleWith('src/http/README.md', 'caddyfile', 'reverse_proxy');

/**
 * A Caddy with the file of the page in front of a server. Changed in it are the name of the site, since nobody
 * gives a certificate here, and the port of the server. Tokens are left out: they have tests of their own.
 */
describe.skipIf(!hasCaddy)('behind the Caddy of the page', () => {
  let shell: Shell;
  let server: ServerProcess;
  let url: string;
  let stop: () => Promise<unknown>;
  beforeAll(async () => {
    shell = await openShell();
    const environment = { AUTH_MODE: 'unsafe-off', TRUST_PROXY: '127.0.0.1', RATE_LIMIT: '4' };
    server = await startServer(environment, { cwd: shell.folder });
    const port = await freePort();
    const file = caddyfile
      .replace('events.example.org', `http://localhost:${port}`)
      .replace('127.0.0.1:4000', new URL(server.url).host);
    await writeFile(join(shell.folder, 'Caddyfile'), `{\n\tadmin off\n}\n${file}`);
    const { PATH = '' } = process.env;
    const caddy = spawn('caddy', ['run'], {
      cwd: shell.folder,
      env: { PATH, HOME: shell.folder },
      stdio: 'ignore',
    });
    stop = () => {
      caddy.kill('SIGTERM');
      return once(caddy, 'exit');
    };
    url = `http://localhost:${port}/graphql`;
    await vi.waitFor(() => fetch(`http://localhost:${port}/livez`), { timeout: 20_000 });
  });
  afterAll(async () => {
    await stop();
    await server.stop('SIGTERM');
    await shell.close();
  });

  test('the file is one that Caddy takes as it is', async () => {
    const file = join(shell.folder, 'as-it-is');
    await writeFile(file, caddyfile);
    const adapted = execFileSync('caddy', ['adapt', '--config', file, '--adapter', 'caddyfile'], {
      stdio: 'pipe',
    });
    expect(String(adapted)).toContain('events.example.org');
  });

  test('operations and subscriptions come through, and the sheet; metrics do not', async () => {
    const client = webSocketClient({ url }, { origin: new URL(url).origin });
    const subscriber = subscribe(
      client,
      `subscription { eventAppended(characterId: "${rogue}", afterVersion: -1) { version } }`,
    );
    const [input] = goblinAmbush;
    const body = JSON.stringify({ query: appendEvent, variables: { input } });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    expect(await subscriber.until(1)).toEqual([{ eventAppended: { version: 0 } }]);
    await client.dispose();
    expect((await fetch(new URL('/', url))).status).toBe(200);
    expect((await fetch(new URL('/metrics', url))).status).toBe(404);
  });

  test('each caller is counted by an address that it cannot make up', async () => {
    const ask = async (from: string) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': from };
      const answer = await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
      return answer.status;
    };
    const statuses: number[] = [];
    for (const host of [1, 2, 3, 4, 5]) statuses.push(await ask(`192.0.2.${host}`));
    expect(statuses).toContain(429);
    // Who reaches the server past the proxy is believed here, being of the same address: another caller.
    const past = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.9' },
      body: '{"query":"{ __typename }"}',
    });
    expect(past.status).toBe(200);
  });
});
