#!/usr/bin/env node
// The command line, built first where its source and the compiler are, so that no stale build ever runs.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// As in `npm start`: without it V8 lets the heap of an export grow far beyond what it needs.
setFlagsFromString('--max-semi-space-size=8');
setFlagsFromString('--heap-growing-percent=20');

const root = new URL('../../', import.meta.url);
const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
if (existsSync(compiler)) {
  const { status } = spawnSync(process.execPath, [compiler, '-b'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(2);
}
await import(new URL('dist/cli/character-events.js', root).href);
