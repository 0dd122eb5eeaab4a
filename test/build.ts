import { execFileSync } from 'node:child_process';

/** Builds what the tests start as processes of their own, so that they never run a stale build. */
export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
