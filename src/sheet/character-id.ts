const longestSlug = 60;

/** An id that can be read and typed, made of a name: `Dana Fleetfoot` gives `dana-fleetfoot`. */
export function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const slug = Array.from(words.join('-')).slice(0, longestSlug).join('').replace(/-$/, '');
  return slug === '' ? 'character' : slug;
}

/** The same id with a short ending, for when it is taken. `random` is any text of letters and digits. */
export function withSuffix(slug: string, random: string): string {
  return `${slug}-${random.slice(0, 4)}`;
}
