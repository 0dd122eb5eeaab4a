/** What a character is called on the page: its name, or its id where the name has nothing to see. */
export function shownName({ id, name }: { readonly id: string; readonly name: string }): string {
  return /[^\p{Z}\p{C}\p{M}]/u.test(name) ? name : id;
}
