/** Anything but separators, controls, marks without a letter, and letters that are drawn as blanks. */
const visible = /[^\p{Z}\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/** What a character is called on the page: its name, or its id where the name has nothing to see. */
export function shownName({ id, name }: { readonly id: string; readonly name: string }): string {
  return visible.test(name) ? name : id;
}
