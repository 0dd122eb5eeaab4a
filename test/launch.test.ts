import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { expectedVariables } from '../src/config.ts';

const root = new URL('../', import.meta.url);
const { version, scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const launcher = fileURLToPath(new URL('src/launch.mjs', root));
const { nodeFlags, nodeProblem } = await import(new URL('src/prepare.mjs', root).href);

/** Runs the build, which the launcher only makes first. */
const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('dist/main.js', root)), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });

test('the command of the server tells its version, and every setting with its default', () => {
  expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  for (const { variable } of expectedVariables()) expect(stdout).toContain(`\n  ${variable}: `);
  expect(stdout).toContain('  PORT: a port from 0 to 65535 (4000)');
});

test('wrong arguments end with code 2, and say where the settings are', () => {
  const { status, stdout, stderr } = run('--port', '5000');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain("unknown option '--port'");
  expect(stderr).toContain('variables of the environment');
});

test('the command of the server keeps its data in the folder that it is started in, and ends with code 0', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'character-launch-'));
  const server = spawn(process.execPath, [launcher], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  const [line] = await once(createInterface({ input: server.stdout }), 'line');
  expect(JSON.parse(line).msg).toMatch(new RegExp(`^Listening on .*, embedded store in .*${folder}/data$`));
  server.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  rmSync(folder, { recursive: true });
});

test('the command line builds what it runs first, and answers with the version', () => {
  const commandLine = fileURLToPath(new URL('src/cli/launch.mjs', root));
  expect(spawnSync(process.execPath, [commandLine, '--version'], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
});

test('Node gets the flags of npm start from the command too', () => {
  expect(nodeFlags.length).toBeGreaterThan(0);
  expect(scripts.start).toBe(`node ${nodeFlags.join(' ')} dist/main.js`);
});

test.each([
  ['18.20.8', 'character-event-store needs Node 20.19 or later, and this is Node 18.20.8.'],
  ['20.18.3', 'character-event-store needs Node 20.19 or later, and this is Node 20.18.3.'],
  ['20.19.0', undefined],
  ['22.0.0', undefined],
])('Node %s is told: %s', (given, problem) => {
  expect(nodeProblem(given)).toBe(problem);
});
