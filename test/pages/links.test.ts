import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages, root, textOf } from './pages.ts';

/** What a page is read as, without its code. */
const prose = (page: string) => textOf(page).replaceAll(/^```.*?^```$/gms, '');

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  return Array.from(prose(page).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const links = pages.flatMap((page) =>
  Array.from(prose(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => ({ page, target })).filter(
    ({ target }) => !/^[a-z]+:/.test(target),
  ),
);

test.each(links)('$page leads to $target', ({ page, target }) => {
  const { pathname, hash } = new URL(target, new URL(page, 'file:///'));
  expect(existsSync(new URL(`.${pathname}`, root))).toBe(true);
  if (hash !== '') expect(anchorsOf(pathname.slice(1))).toContain(decodeURIComponent(hash.slice(1)));
});

test('every page can be reached from the README in two clicks', () => {
  const leadsTo = (page: string) =>
    links
      .filter((link) => link.page === page)
      .map(({ target }) => new URL(target, new URL(page, 'file:///')).pathname.slice(1));
  const near = ['README.md', ...leadsTo('README.md')];
  const reached = new Set([...near, ...near.flatMap(leadsTo)]);
  // What GitHub shows by itself.
  expect(pages.filter((page) => !reached.has(page) && !page.includes('template'))).toEqual([]);
});
