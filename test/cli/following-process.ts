import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { startCommand } from '../engines/server-process.ts';

/** `follow`, whose lines go on in a file that says where it stands. */
export function startFollowing(file: string, environment: Readonly<Record<string, string>>): ChildProcess {
  return startCommand(
    ['follow', '--after', file],
    { ...environment, FOLLOW_POLL_MS: '50', FILE: file },
    { through: ['sh', '-c', 'exec "$0" "$@" >> "$FILE"'] },
  );
}

/** Ends a process as nothing can prevent. */
export async function kill(process: ChildProcess): Promise<void> {
  const ended = once(process, 'exit');
  process.kill('SIGKILL');
  await ended;
}

/** The versions of each character in a file of lines, in the order of the lines. */
export async function versionsIn(file: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const versions = new Map<string, number[]>();
  for (const line of (await readFile(file, 'utf8')).split('\n').slice(0, -1)) {
    const { Id, Version } = JSON.parse(line);
    versions.set(Id, [...(versions.get(Id) ?? []), Version]);
  }
  return versions;
}

/** Whether each character has every version once, in order. */
export function expectWhole(versions: ReadonlyMap<string, readonly number[]>): void {
  for (const of of versions.values()) expect(of).toEqual(of.map((_, nth) => nth));
}
