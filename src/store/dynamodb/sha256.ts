import { createHmac, hash } from 'node:crypto';

/**
 * SHA-256, or with a secret the HMAC of it, as the SDK's signer asks for them: of what was given in one piece
 * or several. The hash of a whole text is one call of OpenSSL; the SDK's own class, made to go on with a hash
 * that is begun, copies it before each end, and a call of DynamoDB needs four.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Sha256 {
  readonly #secret: string | Uint8Array | undefined;
  #given: readonly Uint8Array[] = [];

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = typeof secret === 'object' ? bytesOf(secret) : secret;
  }

  update(piece: Uint8Array): void {
    this.#given = [...this.#given, piece];
  }

  async digest(): Promise<Uint8Array> {
    const [only = new Uint8Array(), ...others] = this.#given;
    const data = others.length === 0 ? only : Buffer.concat(this.#given);
    return this.#secret === undefined
      ? hash('sha256', data, 'buffer')
      : createHmac('sha256', this.#secret).update(data).digest();
  }

  reset(): void {
    this.#given = [];
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
