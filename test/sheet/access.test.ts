import { effect } from '@preact/signals';
import { describe, expect, test } from 'vitest';
import { createAccess } from '../../src/sheet/access.ts';
import { memoryStorage } from './stores.ts';

function token(claims: Record<string, unknown>): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe('the access of a page', () => {
  test('sends nothing until there is a token, and then that, after a reload too', () => {
    const [tab, device] = [memoryStorage(), memoryStorage()];
    const access = createAccess(tab, device);
    expect(access.credentials()).toEqual({});
    access.signIn('abc', false);
    expect(access.credentials()).toEqual({ authorization: 'Bearer abc' });
    expect(createAccess(tab, device).credentials()).toEqual({ authorization: 'Bearer abc' });
    expect(createAccess(memoryStorage(), device).credentials()).toEqual({});
  });

  test('is kept for other tabs only where it is asked to be', () => {
    const device = memoryStorage();
    createAccess(memoryStorage(), device).signIn('abc', true);
    expect(createAccess(memoryStorage(), device).credentials()).toEqual({ authorization: 'Bearer abc' });
    createAccess(memoryStorage(), device).signIn('def', false);
    expect(createAccess(memoryStorage(), device).credentials()).toEqual({});
  });

  test('tells when a token is wanted, when another one is, and when none is any more', () => {
    const access = createAccess(memoryStorage(), memoryStorage());
    const told: string[] = [];
    effect(() => void told.push(access.wanted.value));
    access.heard('UNAUTHENTICATED', {});
    access.heard('UNAUTHENTICATED', {});
    access.heard('UNREACHABLE', {});
    access.signIn('abc', false);
    access.heard('UNAUTHENTICATED', access.credentials());
    access.heard(undefined, access.credentials());
    expect(told).toEqual(['none', 'one', 'none', 'another', 'none']);
  });

  test.each([['“abc”'], ['abc…'], ['日本'], ['a b'], ['']])('takes %j for no token', (typed) => {
    const tab = memoryStorage();
    const access = createAccess(tab, memoryStorage());
    access.signIn(typed, false);
    expect([access.wanted.value, access.credentials()]).toEqual(['another', {}]);
    tab.keep('token', typed);
    expect(createAccess(tab, memoryStorage()).credentials()).toEqual({});
  });

  test('takes no answer to an older request for one to the token of now', () => {
    const access = createAccess(memoryStorage(), memoryStorage());
    access.signIn('old', false);
    const before = access.credentials();
    access.heard('UNAUTHENTICATED', before);
    access.signIn('good', false);
    access.heard('UNAUTHENTICATED', before);
    expect(access.wanted.value).toBe('none');
    access.heard('UNAUTHENTICATED', access.credentials());
    access.heard(undefined, before);
    expect(access.wanted.value).toBe('another');
  });

  test.each([
    ['no token', undefined, true, true, true],
    ['a token that cannot be read', 'opaque', true, true, true],
    ['a token whose payload is no JSON', 'a.b.c', true, true, true],
    ['a token to read with', token({ scope: 'events:read' }), false, false, false],
    ['a token to append with', token({ scope: 'events:read events:append' }), true, true, true],
    ['a token of Cognito', token({ scope: ['https://api/events:append'] }), true, true, true],
    ['a token of Entra', token({ scp: 'events:append' }), true, true, true],
    ['a token for one character', token({ scp: 'events:append', characters: ['dana'] }), true, false, false],
    ['a token without scopes', token({}), false, false, false],
  ])('with %s leaves the buttons that it allows', (_, sent, dana, astrid, any) => {
    const access = createAccess(memoryStorage(), memoryStorage());
    if (sent !== undefined) access.signIn(sent, false);
    expect([access.mayChange('dana'), access.mayChange('astrid')]).toEqual([dana, astrid]);
    expect(access.mayCreate()).toBe(any);
  });
});
