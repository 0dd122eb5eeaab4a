// What both commands of the package do before they load the build. Plain JavaScript: it runs before there is a build.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the package. */
export const root = new URL('../', import.meta.url);

const { name, engines, scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

/** The flags that `npm start` gives Node. */
export const nodeFlags = scripts.start.split(' ').filter((word) => word.startsWith('--'));

/**
 * Ends the process with code 2 where Node is too old, in a sentence. Where the source and the compiler are, it builds
 * first, so that no stale build ever runs: the server, and what else the named scripts build.
 */
export function prepare(...scriptsOfTheBuild) {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    process.exit(2);
  }
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  if (!existsSync(compiler)) return;
  // What Node is told by NODE_OPTIONS is for the command, such as a file of the folder that it is started in.
  const { NODE_OPTIONS: _, ...env } = process.env;
  for (const command of [[compiler, '-b'], ...scriptsOfTheBuild.map((script) => [script])]) {
    const { status } = spawnSync(process.execPath, command, { cwd: root, env, stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(2);
  }
}

/** Why this version of Node cannot run the package; undefined if it can. */
export function nodeProblem(version) {
  const [least, given] = [engines.node, version].map((text) =>
    /(\d+)\.(\d+)/.exec(text).slice(1).map(Number),
  );
  if (given[0] > least[0] || (given[0] === least[0] && given[1] >= least[1])) return undefined;
  return `${name} needs Node ${least.join('.')} or later, and this is Node ${version}.`;
}
