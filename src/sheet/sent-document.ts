import type { TypedDocumentString } from './generated/operations.ts';

/** Whether the server answers only documents that it knows, which its page says. Tests without a browser have no page. */
const sendsIds = 'document' in globalThis && document.documentElement.dataset['sends'] === 'ids';

/** An operation as it is sent, over HTTP and the WebSocket: its id where the server asks for it, else its text. */
export function sentDocument<Data, Variables>(
  operation: TypedDocumentString<Data, Variables>,
): { readonly query: string; readonly documentId?: string } {
  // The protocol of the WebSocket asks for a text in any case.
  return sendsIds ? { query: '', documentId: operation.__meta__?.['hash'] } : { query: operation.toString() };
}
