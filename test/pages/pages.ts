import { readdirSync, readFileSync } from 'node:fs';

export const root = new URL('../../', import.meta.url);

/** A piece of code on a page, in the order of the page. */
export type Example = {
  readonly page: string;
  readonly heading: string;
  readonly language: string;
  readonly code: string;
};

/** Every page of the project, by its path from the root. */
export const pages: readonly string[] = [
  'README.md',
  'bench/README.md',
  ...inFolder('src', /^[a-z]+\/README\.md$/),
  ...inFolder('.github', /\.md$/),
];

/** The text of a page. */
export function textOf(page: string): string {
  return readFileSync(new URL(page, root), 'utf8');
}

/** Every piece of code on a page. */
export function examplesOf(page: string): readonly Example[] {
  let heading = '';
  return Array.from(
    textOf(page).matchAll(/^#+ ([^\n]+)$|^```(\w+)\n(.*?)^```$/gms),
    ([, title, language, code]) => {
      heading = title ?? heading;
      return { page, heading, language: language ?? '', code: code ?? '' };
    },
  ).filter(({ language }) => language !== '');
}

/** The one piece of code of a page in this language that has this text in it. */
export function exampleWith(page: string, language: string, text: string): string {
  const found = examplesOf(page).filter(
    (example) => example.language === language && example.code.includes(text),
  );
  const [one, another] = found;
  if (one === undefined || another !== undefined) {
    throw new Error(`Expected one example of ${page} with ${JSON.stringify(text)}, got ${found.length}.`);
  }
  return one.code;
}

function inFolder(folder: string, name: RegExp): readonly string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .map((file) => `${folder}/${file}`)
    .toSorted();
}
