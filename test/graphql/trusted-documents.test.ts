import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseManifest, trustedDocuments } from '../../src/graphql/trusted-documents.ts';

const text = 'query Party { characters { nodes { id } } }';
const other = 'query Other { characters { totalCount } }';
const hex = createHash('sha256').update(text).digest('hex');
const id = `sha256:${hex}`;
const byId = JSON.stringify({ [id]: text });
const ofApollo = JSON.stringify({
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [{ id: hex, name: 'Party', type: 'query', body: text }],
});

const only = trustedDocuments([parseManifest(byId, 'a.json')], { only: true });
const also = trustedDocuments([parseManifest(byId, 'a.json')], { only: false });

describe('a manifest of trusted documents', () => {
  test.each([
    ['ids and texts', byId],
    ["Apollo's", ofApollo],
    ['with a byte-order mark', `\uFEFF${byId}`],
  ])('is read: %s', (_, manifest) => {
    const documents = trustedDocuments([parseManifest(manifest, 'a.json')], { only: true });
    expect(documents.textFor({ documentId: id })).toEqual({ type: 'text', text });
    expect(documents.textFor({ query: text })).toEqual({ type: 'text', text });
  });

  test('may give documents other ids', () => {
    const documents = trustedDocuments([parseManifest(JSON.stringify({ party: text }), 'a.json')], {
      only: true,
    });
    expect(documents.textFor({ documentId: 'party' })).toEqual({ type: 'text', text });
    expect(documents.textFor({ documentId: id })).toEqual({ type: 'text', text });
  });

  test.each([
    ['{', 'got a text that is not JSON'],
    ['[]', 'got []'],
    ['{}', 'got {}'],
    ['{"a":1}', 'got 1 under "a"'],
    ['{"format":"relay","version":1,"operations":[]}', 'got the format "relay"'],
    ['{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}', 'got the version 2'],
    [
      '{"format":"apollo-persisted-query-manifest","version":1,"operations":[]}',
      'got a manifest without operations',
    ],
    [
      '{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a"}]}',
      'got {"id":"a"} among its operations',
    ],
    [JSON.stringify({ [id]: other }), `got another text under "${id}"`],
    [
      '{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a","body":"{ x }"},{"id":"a","body":"{ y }"}]}',
      'got two texts under "a"',
    ],
    [JSON.stringify({ a: 'query {' }), 'got a text under "a" that is no document: Syntax Error'],
  ])('stops the start that is not one: %s', (manifest, got) => {
    expect(() => parseManifest(manifest, 'a.json')).toThrow(
      expect.objectContaining({
        name: 'UnusableManifestError',
        message: expect.stringMatching(/^TRUSTED_DOCUMENTS: expected a\.json to be .*, got .*\.$/),
      }),
    );
    expect(() => parseManifest(manifest, 'a.json')).toThrow(got);
  });

  test('has one text under an id', () => {
    const manifests = [text, other].map((each) => parseManifest(JSON.stringify({ a: each }), 'a.json'));
    expect(() => trustedDocuments(manifests, { only: true })).toThrow('another text under "a"');
  });
});

describe('of what is asked', () => {
  test.each([
    ['an id', { documentId: id }],
    ['an id beside an empty text, as graphql-ws wants one', { documentId: id, query: '' }],
    ["Apollo's hash", { extensions: { persistedQuery: { version: 1, sha256Hash: hex } } }],
    ['the text itself', { query: text }],
    ['the text beside a hash', { query: text, extensions: { persistedQuery: { sha256Hash: hex } } }],
  ])('%s is answered, whether or not others are', (_, asked) => {
    expect(only.textFor(asked)).toEqual({ type: 'text', text });
    expect(also.textFor(asked)).toEqual({ type: 'text', text });
  });

  test('another text is refused where only trusted ones are answered', () => {
    expect(only.textFor({ query: other })).toMatchObject({
      type: 'refused',
      error: {
        message: expect.stringMatching(/^Expected .*, got another text\.$/),
        extensions: { code: 'DOCUMENT_NOT_TRUSTED', retryable: false },
      },
    });
    expect(also.textFor({ query: other })).toEqual({ type: 'text', text: other });
  });

  test('an id beside another text does not make it trusted', () => {
    expect(only.textFor({ documentId: id, query: other })).toMatchObject({ type: 'refused' });
  });

  test.each(['sha256:0000', hex.toUpperCase(), '__proto__', 'toString', '', 7, false, {}])(
    'the id %s, which is in no manifest, is refused',
    (documentId) => {
      for (const documents of [only, also]) {
        expect(documents.textFor({ documentId })).toMatchObject({
          type: 'refused',
          error: { extensions: { code: 'DOCUMENT_NOT_FOUND', retryable: false } },
        });
      }
    },
  );

  test('an unknown hash of Apollo is refused where only trusted documents are answered, and else none of ours', () => {
    const asked = { extensions: { persistedQuery: { version: 1, sha256Hash: '00' } } };
    expect(only.textFor(asked)).toMatchObject({ error: { extensions: { code: 'DOCUMENT_NOT_FOUND' } } });
    expect(also.textFor(asked)).toEqual({ type: 'nothing' });
  });

  test('a null is as if it were left out', () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: hex } };
    for (const documents of [only, also]) {
      expect(documents.textFor({ documentId: null })).toEqual({ type: 'nothing' });
      expect(documents.textFor({ documentId: null, extensions })).toEqual({ type: 'text', text });
      expect(documents.textFor({ documentId: null, query: text })).toEqual({ type: 'text', text });
    }
    const unknown = { persistedQuery: { version: 1, sha256Hash: '00' } };
    expect(also.textFor({ documentId: null, extensions: unknown })).toEqual({ type: 'nothing' });
  });

  test('a request for nothing is no matter of documents', () => {
    expect(only.textFor({})).toEqual({ type: 'nothing' });
    expect(also.textFor({ query: '' })).toEqual({ type: 'nothing' });
  });
});
