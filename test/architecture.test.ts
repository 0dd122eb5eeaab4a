import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exampleWith } from './pages/pages.ts';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** Which rooms a room may look into, besides itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  character: [],
  tracing: [],
  store: ['character', 'tracing'],
  'store/dynamodb': ['character', 'store'],
  'store/embedded': ['character', 'store'],
  'store/maintenance': ['character', 'store'],
  graphql: ['character', 'store', 'tracing'],
  http: ['graphql', 'config'],
  config: [],
  environment: [],
  'open-table': ['store', 'store/dynamodb', 'store/embedded', 'config'],
  cli: [
    'character',
    'store',
    'store/dynamodb',
    'store/embedded',
    'store/maintenance',
    'config',
    'environment',
    'open-table',
  ],
  sheet: [],
  'sheet/character': ['sheet'],
  'sheet/party': ['sheet'],
  // The sheet's composition: the rooms look into what they share, and it looks into them.
  'sheet/main': ['sheet', 'sheet/character', 'sheet/party'],
  metrics: ['store', 'graphql', 'http'],
  serve: ['store', 'graphql', 'http', 'config', 'metrics'],
  'server-command': ['config', 'environment'],
  'store-for-programs': ['character', 'store', 'store/embedded', 'config', 'open-table'],
  main: [
    'store',
    'store/embedded',
    'http',
    'config',
    'environment',
    'open-table',
    'metrics',
    'serve',
    'server-command',
  ],
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
);

function roomOf(file: string): string {
  const folder = dirname(file).replace(/\/generated$/, '');
  if (['sheet/main.tsx', 'sheet/sheet.tsx'].includes(file)) return 'sheet/main';
  return folder === '.' ? file.replace(/\.tsx?$/, '') : folder;
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return Array.from(text.matchAll(/(?:from |import |import\()'(\.[^']+)'/g), ([, target = '']) =>
    relative(source, join(source, dirname(file), target)),
  );
}

describe('the rooms of the source', () => {
  test.each(files)('%s looks only where an arrow leads', (file) => {
    const room = roomOf(file);
    const rooms = importsOf(file).map(roomOf);
    expect(Object.keys(arrows)).toContain(room);
    expect(rooms.filter((other) => other !== room && !arrows[room]?.includes(other))).toEqual([]);
  });

  test.each(files)('%s imports files, never a folder', (file) => {
    expect(importsOf(file).filter((target) => !files.includes(target))).toEqual([]);
  });

  test('are drawn for contributors as they are', () => {
    const picture = exampleWith('.github/CONTRIBUTING.md', 'mermaid', 'flowchart RL');
    for (const [, from = '', to = ''] of picture.matchAll(/(\w+) --> (\w+)/g))
      expect(arrows[from]).toContain(to);
    // All but those of the rooms that are a file.
    for (const from of ['character', 'store', 'graphql', 'http', 'cli']) {
      for (const to of ['character', 'store', 'graphql', 'http']) {
        if (arrows[from]?.includes(to)) expect(picture).toContain(`${from} --> ${to}\n`);
      }
    }
  });

  test('have no circle of files', () => {
    const circles: string[] = [];
    const isWalked = new Set<string>();
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (isWalked.has(file)) return;
      isWalked.add(file);
      for (const target of importsOf(file)) walk(target, [...path, file]);
    };
    for (const file of files) walk(file, []);
    expect(circles).toEqual([]);
  });
});
