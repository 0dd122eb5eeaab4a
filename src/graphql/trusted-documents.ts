import { createHash } from 'node:crypto';
import { GraphQLError, parse } from 'graphql';
import { parseOptions } from './limits.ts';

/** What a request says of the document that it asks for, wherever its transport puts that. */
export type AskedDocument = {
  readonly query?: string | null | undefined;
  readonly documentId?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
};

/** The text to answer, or why none is. */
export type DocumentOutcome =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refused'; readonly error: GraphQLError }
  /** The request names no document that is known here: GraphQL itself refuses it. */
  | { readonly type: 'nothing' };

/** Documents that a server knows before they are asked for. */
export type TrustedDocuments = {
  /** Whether other documents are refused. */
  readonly only: boolean;
  /**
   * The text that a request asks for. A text counts if there is one, else an id: `documentId`, as in the draft of
   * GraphQL over HTTP, or `extensions.persistedQuery.sha256Hash`, as Apollo's clients send it. Where others are
   * refused, a text is one of the trusted ones only if it is the same to the letter.
   *
   * @see https://github.com/graphql/graphql-over-http/blob/persisted-documents/spec/Appendix%20A%20--%20Persisted%20Documents.md
   * @see https://www.apollographql.com/docs/react/data/persisted-queries
   */
  readonly textFor: (asked: AskedDocument) => DocumentOutcome;
};

/** The texts of a manifest by their ids. */
export type Manifest = ReadonlyMap<string, string>;

/** A manifest cannot be used. The message is one sentence. */
export class UnusableManifestError extends Error {
  override readonly name = 'UnusableManifestError';
}

/** The code of the error of a text that is not trusted. */
export const documentNotTrustedCode = 'DOCUMENT_NOT_TRUSTED';
/** The code of the error of an id that no manifest has. */
export const documentNotFoundCode = 'DOCUMENT_NOT_FOUND';

/** The documents of manifests, and with `only` no others. Throws `UnusableManifestError` if one id has two texts. */
export function trustedDocuments(
  manifests: readonly Manifest[],
  { only }: Pick<TrustedDocuments, 'only'>,
): TrustedDocuments {
  const texts = new Map<string, string>();
  for (const [id, text] of manifests.flatMap((manifest) => Array.from(manifest))) {
    if ((texts.get(id) ?? text) !== text) {
      throw new UnusableManifestError(
        `TRUSTED_DOCUMENTS: expected each id once, got another text under ${JSON.stringify(id)}.`,
      );
    }
    texts.set(id, text).set(hashId(text), text);
  }
  const trusted = new Set(texts.values());
  return {
    only,
    textFor: ({ query, documentId, extensions }) => {
      if (query) return !only || trusted.has(query) ? { type: 'text', text: query } : notTrusted();
      const hash = apolloHash(extensions);
      // In GraphQL over HTTP a null is the same as a parameter that is left out.
      const isNamed = documentId !== undefined && documentId !== null;
      const id = isNamed ? documentId : hash;
      if (id === undefined) return { type: 'nothing' };
      const text = typeof id === 'string' ? (texts.get(id) ?? texts.get(`sha256:${id}`)) : undefined;
      if (text !== undefined) return { type: 'text', text };
      // Clients with automatic persisted queries send the text once Apollo Server says that it supports none.
      return !isNamed && !only ? { type: 'nothing' } : notFound(id);
    },
  };
}

function hashId(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function apolloHash(extensions: AskedDocument['extensions']): unknown {
  const persisted = extensions?.['persistedQuery'];
  if (typeof persisted !== 'object' || persisted === null || !('sha256Hash' in persisted)) return undefined;
  return persisted.sha256Hash;
}

function notTrusted(): DocumentOutcome {
  return refused(
    documentNotTrustedCode,
    'Expected a document of the manifest of this server, got another text.',
  );
}

function notFound(id: unknown): DocumentOutcome {
  const got = JSON.stringify(id).slice(0, 100);
  return refused(
    documentNotFoundCode,
    `Expected the id of a document in the manifest of this server, got ${got}.`,
  );
}

function refused(code: string, message: string): DocumentOutcome {
  return { type: 'refused', error: new GraphQLError(message, { extensions: { code, retryable: false } }) };
}

const formatOfApollo = 'apollo-persisted-query-manifest';
const expected =
  'a JSON object of ids and their documents, ' +
  `or one with "format": "${formatOfApollo}", "version": 1 and "operations"`;

/**
 * Reads a manifest: an object of ids and texts, as GraphQL Code Generator's `persistedDocuments` writes it, or the
 * persisted-query manifest of Apollo. An id that begins with `sha256:` has to be the hash of its text. `name` is what
 * people call the file. Throws `UnusableManifestError`.
 *
 * @see https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#persisted-documents
 * @see https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format
 */
export function parseManifest(json: string, name: string): Manifest {
  const unusable = (got: string) =>
    new UnusableManifestError(`TRUSTED_DOCUMENTS: expected ${name} to be ${expected}, got ${got}.`);
  const manifest = new Map<string, string>();
  for (const [id, text] of documentsIn(parsed(json, unusable), unusable)) {
    const shownId = JSON.stringify(id);
    if (typeof text !== 'string') throw unusable(`${shown(text)} under ${shownId}`);
    if ((manifest.get(id) ?? text) !== text) throw unusable(`two texts under ${shownId}`);
    if (id.startsWith('sha256:') && id !== hashId(text)) throw unusable(`another text under ${shownId}`);
    const problem = problemOf(text);
    if (problem !== undefined) throw unusable(`a text under ${shownId} that is no document: ${problem}`);
    manifest.set(id, text);
  }
  return manifest;
}

type Unusable = (got: string) => UnusableManifestError;

function parsed(json: string, unusable: Unusable): object {
  try {
    const value: unknown = JSON.parse(json.replace(/^\uFEFF/, ''));
    if (isRecord(value) && Object.keys(value).length > 0) return value;
    throw unusable(shown(value));
  } catch (error) {
    throw error instanceof SyntaxError ? unusable('a text that is not JSON') : error;
  }
}

function documentsIn(
  manifest: object,
  unusable: Unusable,
): readonly (readonly [id: string, text: unknown])[] {
  if (!('operations' in manifest)) return Object.entries(manifest);
  const { operations } = manifest;
  const format = 'format' in manifest ? manifest.format : undefined;
  const version = 'version' in manifest ? manifest.version : undefined;
  if (format !== formatOfApollo) throw unusable(`the format ${shown(format)}`);
  if (version !== 1) throw unusable(`the version ${shown(version)}`);
  if (!Array.isArray(operations) || operations.length === 0) throw unusable('a manifest without operations');
  return operations.map((operation: unknown) => {
    if (isRecord(operation) && 'id' in operation && typeof operation.id === 'string' && 'body' in operation) {
      return [operation.id, operation.body];
    }
    throw unusable(`${shown(operation)} among its operations`);
  });
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why a text would not be answered, whoever asks; `undefined` if it reads as a document. */
function problemOf(text: string): string | undefined {
  try {
    parse(text, parseOptions);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}
