import { execFileSync } from 'node:child_process';

/** Builds what the tests start as processes of their own, so that they never run a stale build. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { stdio: 'inherit' });
}
