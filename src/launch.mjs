#!/usr/bin/env node
// The server as a command, with the flags of `npm start`.
import { setFlagsFromString } from 'node:v8';
import { nodeFlags, prepare, root } from './prepare.mjs';

// The size of the young generation is fixed when Node starts. Where Node can, it starts again in the same process;
// else it keeps its own size, and takes the other flag.
const isStartedAgain = nodeFlags.every((flag) => process.execArgv.includes(flag));
if (!isStartedAgain) {
  prepare('src/sheet/build.mjs');
  const [, script, ...rest] = process.argv;
  if (process.execve !== undefined && process.platform !== 'win32') {
    const command = [process.execPath, ...nodeFlags, ...process.execArgv, script, ...rest];
    process.execve(process.execPath, command, process.env);
  }
  for (const flag of nodeFlags) setFlagsFromString(flag);
}
await import(new URL('dist/main.js', root).href);
