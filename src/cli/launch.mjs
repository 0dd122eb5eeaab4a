#!/usr/bin/env node
// The command line, built first where its source and the compiler are.
import { prepare, root } from '../prepare.mjs';

prepare();
await import(new URL('dist/cli/character-events.js', root).href);
