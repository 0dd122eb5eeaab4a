import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Sha256 } from '../../../src/store/dynamodb/sha256.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (digest: Uint8Array) => Buffer.from(digest).toString('hex');

test('the hash and the HMAC are those of the standards', async () => {
  const hash = new Sha256();
  expect(hex(await hash.digest())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  hash.update(bytes('abc'));
  expect(hex(await hash.digest())).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  // RFC 4231, test case 2.
  const hmac = new Sha256('Jefe');
  hmac.update(bytes('what do ya want for nothing?'));
  expect(hex(await hmac.digest())).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
});

test('pieces are hashed as the whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array()),
      fc.option(fc.uint8Array(), { nil: undefined }),
      async (pieces, secret) => {
        const [inPieces, whole] = [new Sha256(secret), new Sha256(secret)];
        for (const piece of pieces) inPieces.update(piece);
        whole.update(Buffer.concat(pieces));
        expect(await inPieces.digest()).toEqual(await whole.digest());
      },
    ),
  );
});

test('after a reset it begins anew', async () => {
  const hash = new Sha256();
  hash.update(bytes('nonsense'));
  hash.reset();
  hash.update(bytes('abc'));
  expect(hex(await hash.digest())).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
