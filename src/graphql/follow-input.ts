import { characterIdIssues, type InputIssue, limits, versionIssues } from '../character/event.ts';
import type { FollowInput } from './generated/resolver-types.ts';

/** Every problem of a character to follow: its id, and a version that is neither −1 nor one of an event. Empty: none. */
export function followIssues({ characterId, afterVersion }: FollowInput): readonly InputIssue[] {
  const isVersion = afterVersion != null && afterVersion !== -1;
  return [
    ...characterIdIssues(characterId, ['characterId']),
    ...(isVersion ? versionIssues(afterVersion, ['afterVersion']) : []),
  ];
}

/** Every problem of characters to follow: 1 to 1,000, each once. Empty: none. */
export function followAllIssues(characters: readonly FollowInput[]): readonly InputIssue[] {
  const { length } = characters;
  const { followedCharacters: most } = limits;
  if (length < 1 || length > most) {
    return [{ path: ['characters'], message: `Expected 1 to ${most} characters, got ${length}.` }];
  }
  const seen = new Set<string>();
  return characters.flatMap((followed, index) => {
    const { characterId } = followed;
    const message = `Expected each character once, got ${JSON.stringify(characterId)} again.`;
    const again = seen.has(characterId) ? [{ path: ['characterId'], message }] : [];
    seen.add(characterId);
    const issues = [...followIssues(followed), ...again];
    return issues.map(({ path, message }) => ({ path: ['characters', String(index), ...path], message }));
  });
}
