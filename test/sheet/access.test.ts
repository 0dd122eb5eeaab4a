import { describe, expect, test } from 'vitest';
import { createAccess, type WantedToken } from '../../src/sheet/access.ts';

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  };
}

describe('the access of a tab', () => {
  test('sends nothing until there is a token, and then that, after a reload too', () => {
    const kept = storage();
    const access = createAccess(kept);
    expect(access.credentials()).toEqual({});
    access.signIn('abc');
    expect(access.credentials()).toEqual({ authorization: 'Bearer abc' });
    expect(createAccess(kept).credentials()).toEqual({ authorization: 'Bearer abc' });
  });

  test('tells when a token is wanted, when another one is, and when none is any more', () => {
    const access = createAccess(storage());
    const told: WantedToken[] = [];
    const stop = access.onWanted((wanted) => told.push(wanted));
    access.heard('UNAUTHENTICATED');
    access.heard('UNAUTHENTICATED');
    access.heard('UNREACHABLE');
    access.signIn('abc');
    access.heard('UNAUTHENTICATED');
    access.heard(undefined);
    stop();
    access.heard('UNAUTHENTICATED');
    expect(told).toEqual(['one', 'none', 'another', 'none']);
  });
});
