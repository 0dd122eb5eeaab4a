import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Authenticate, authenticateByToken } from '../../src/http/authentication.ts';

const rules = { issuer: 'https://issuer.example', audience: 'character-events' };
const minute = 60_000;

type Members = Readonly<Record<string, unknown>>;

/** A key, and tokens that it signs; members that are `undefined` are left out. */
async function newKey(alg: string, members: Members = {}) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk: Members = { ...(await exportJWK(publicKey)), ...members };
  const named = 'kid' in members ? { kid: String(members['kid']) } : {};
  return {
    jwk,
    bearer: async (header: Members = {}) => {
      const claims = { iss: rules.issuer, aud: rules.audience, sub: 'alice', exp: Date.now() / 1_000 + 300 };
      const token = new SignJWT(claims).setProtectedHeader({ alg, ...named, ...header });
      return `Bearer ${await token.sign(privateKey)}`;
    },
  };
}

describe('a key set', () => {
  let server: Server;
  let served: readonly Members[] | undefined;
  let asked: number;
  let log: string[];
  let fetched: Promise<Response>[];
  let authenticate: Authenticate;
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    fetched = [];
    const realFetch = fetch;
    vi.stubGlobal('fetch', (...args: Parameters<typeof fetch>) => {
      const whole = realFetch(...args).then(
        async (response) => new Response(await response.text(), response),
      );
      fetched.push(whole);
      return whole;
    });
    served = undefined;
    asked = 0;
    log = [];
    server = createServer((_, response) => {
      asked += 1;
      response.writeHead(served === undefined ? 500 : 200).end(JSON.stringify({ keys: served }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a port, got none.');
    const keys = { type: 'set', url: new URL(`http://127.0.0.1:${address.port}/keys`) } as const;
    const note =
      (level: string) =>
      (...args: readonly unknown[]) =>
        log.push(`${level} ${args.at(-1)}`);
    authenticate = authenticateByToken({ ...rules, keys }, { error: note('error'), warn: note('warn') });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    server.closeAllConnections();
    server.close();
  });

  const outcomeOf = async (bearer: Promise<string>) => (await authenticate(await bearer)).type;
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);
  /** Lets the fetches that nobody waits for come to their end. */
  const settle = async () => {
    await Promise.allSettled(fetched);
    await nextTurn();
  };

  test('that is away for an hour locks out nobody whose key is known, and is asked every 30 s', async () => {
    const known = await newKey('ES256', { kid: 'known' });
    const unknown = await newKey('ES256', { kid: 'unknown' });
    served = [known.jwk];
    expect(await outcomeOf(known.bearer())).toBe('known');
    served = undefined;
    for (let seconds = 0; seconds < 3_600; seconds += 10) {
      pass(10_000);
      expect(await outcomeOf(known.bearer())).toBe('known');
      if (seconds % 600 === 0) await settle();
    }
    await settle();
    expect(asked).toBeLessThanOrEqual(1 + 3_600 / 30);
    expect(log).toEqual([expect.stringMatching(/^error .*cannot be had/)]);
    expect(await outcomeOf(unknown.bearer())).toBe('undecided');

    served = [unknown.jwk];
    pass(30_000);
    expect(await outcomeOf(unknown.bearer())).toBe('known');
    expect(await outcomeOf(known.bearer())).toBe('refused');
    expect(log).toEqual([expect.any(String), expect.stringMatching(/^warn .*can be had again/)]);
    served = undefined;
    pass(11 * minute);
    expect(await outcomeOf(unknown.bearer())).toBe('known');
    await settle();
    expect(log).toHaveLength(3);
  });

  test('that drops a key is followed within ten minutes', async () => {
    const [dropped, kept] = [await newKey('RS256', { kid: 'a' }), await newKey('RS256', { kid: 'b' })];
    served = [dropped.jwk, kept.jwk];
    expect(await outcomeOf(dropped.bearer())).toBe('known');
    served = [kept.jwk];
    pass(10 * minute);
    await outcomeOf(kept.bearer());
    await settle();
    expect(await outcomeOf(dropped.bearer())).toBe('refused');
    expect(await outcomeOf(kept.bearer())).toBe('known');
    expect(asked).toBe(2);
  });

  test('that never answered lets nobody in, is logged once, and counts from when it answers', async () => {
    const key = await newKey('ES256', { kid: 'a' });
    for (let nth = 0; nth < 20; nth += 1) expect(await outcomeOf(key.bearer())).toBe('undecided');
    expect(asked).toBe(1);
    expect(log).toEqual([expect.stringContaining('nobody is let in')]);
    served = [key.jwk];
    pass(1_000);
    expect(await outcomeOf(key.bearer())).toBe('known');
  });

  test.each<[string, Members, Members?]>([
    ['without names', {}],
    ['of one name', { kid: 'same' }],
    ['of which the token names none', { kid: 'same' }, { kid: undefined }],
  ])('with several keys that fit, %s, has each of them tried', async (_, members, header = {}) => {
    const keys = await Promise.all(['RS256', 'RS256', 'RS256'].map((alg) => newKey(alg, members)));
    const broken = { kty: 'RSA', n: 'AQAB', e: 'AQAB', ...members };
    served = [broken, {}, { kty: 7 }, { ...broken, alg: null }, ...keys.map(({ jwk }) => jwk)];
    for (const { bearer } of keys) expect(await outcomeOf(bearer(header))).toBe('known');
    const [first] = keys;
    served = served.filter((key) => key !== first?.jwk);
    pass(11 * minute);
    await authenticate(await keys[1]?.bearer(header));
    await settle();
    expect(await authenticate(await first?.bearer(header))).toMatchObject({
      type: 'refused',
      reason: expect.stringContaining('signature'),
    });
  });

  test('that has another key under the same name is asked anew', async () => {
    const [before, after] = [await newKey('ES256', { kid: 'a' }), await newKey('ES256', { kid: 'a' })];
    served = [before.jwk];
    expect(await outcomeOf(before.bearer())).toBe('known');
    served = [after.jwk];
    pass(30_000);
    expect(await outcomeOf(after.bearer())).toBe('known');
    expect(await outcomeOf(before.bearer())).toBe('refused');
    expect(await outcomeOf(before.bearer())).toBe('refused');
    expect(asked).toBe(2);
  });

  test.each(['EdDSA', 'Ed25519', undefined])('takes both names of Ed25519 for a key of %s', async (alg) => {
    const key = await newKey('Ed25519', { kid: 'a', alg });
    served = [JSON.parse(JSON.stringify(key.jwk))];
    for (const name of ['EdDSA', 'Ed25519']) expect(await outcomeOf(key.bearer({ alg: name }))).toBe('known');
    for (const name of ['ES256', 'Ed448']) {
      const token = `${Buffer.from(JSON.stringify({ alg: name })).toString('base64url')}.e30.e30`;
      expect(await outcomeOf(Promise.resolve(`Bearer ${token}`))).toBe('refused');
    }
  });
});
