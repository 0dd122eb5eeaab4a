/** A UUID that names one press. `crypto.randomUUID` exists only where the page came over a secure connection. */
export function randomKey(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = Array.from(globalThis.crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
