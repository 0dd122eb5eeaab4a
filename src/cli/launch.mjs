#!/usr/bin/env node
// The command line, built first where its source and the compiler are.
import { setFlagsFromString } from 'node:v8';
import { prepare, root } from '../prepare.mjs';

// As in `npm start`: without it V8 lets the heap of an export grow far beyond what it needs.
setFlagsFromString('--max-semi-space-size=8');
setFlagsFromString('--heap-growing-percent=20');

prepare();
await import(new URL('dist/cli/character-events.js', root).href);
