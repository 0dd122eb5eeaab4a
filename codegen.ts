import { createHash } from 'node:crypto';
import type { CodegenConfig } from '@graphql-codegen/cli';

type Output = Exclude<CodegenConfig['generates'][string], readonly unknown[]>;
type Preset = Exclude<Output['preset'], string | undefined>;
type Plugin = Parameters<Preset['buildGeneratesSection']>[0]['pluginMap'][string];

/** The name of the plugin whose output the two presets below change. */
const typedDocuments = 'typed-document-node';

/** What it writes for an operation: the text alone. That of a fragment has its name beside it. */
const operation = /new TypedDocumentString\(`([^`]*)`\)/g;

/** The id of a text by the draft of GraphQL over HTTP. */
function idOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Writes the id of each operation beside its text, as `__meta__.hash`. */
function withIds(written: string): string {
  return written.replaceAll(operation, (_, text) => {
    return `new TypedDocumentString(\`${text}\`, ${JSON.stringify({ hash: idOf(text) })})`;
  });
}

/** The operations by their ids: a manifest of trusted documents. */
function manifestOf(written: string): string {
  const texts = Array.from(written.matchAll(operation), ([, text = '']) => text);
  return `${JSON.stringify(Object.fromEntries(texts.map((text) => [idOf(text), text])), null, 2)}\n`;
}

/** A preset that hands on what the plugin writes as another text; without the imports before it if `alone`. */
function changing(change: (written: string) => string, alone = false): Preset {
  return {
    buildGeneratesSection: (options) => {
      const given = options.pluginMap[typedDocuments];
      const plugin: Plugin['plugin'] = async (...args) => {
        const written = await given?.plugin(...args);
        if (typeof written !== 'object') throw new TypeError(`Expected the output of ${typedDocuments}.`);
        return { prepend: alone ? [] : (written.prepend ?? []), content: change(written.content) };
      };
      const pluginMap = { ...options.pluginMap, [typedDocuments]: { plugin } };
      return [{ ...options, filename: options.baseOutputDir, pluginMap }];
    },
  };
}

const documentConfig = { documentMode: 'string' };

/** The resolver types that `src/graphql` implements, the operations that `src/sheet` sends, and their manifest. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '',
  generates: {
    'src/graphql/generated/resolver-types.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string' },
        contextType: '../context.ts#RequestContext',
        makeResolverTypeCallable: true,
        mappers: {
          Character: '../../character/character.ts#CharacterState as CharacterStateModel',
          CharacterState: '../../character/character.ts#CharacterState as CharacterStateModel',
          Event: '../../store/history.ts#RecordedEvent',
          EventConnection: '../../store/history.ts#EventPage',
          EventEdge: '../../store/history.ts#RecordedEvent',
          CharacterConnection: '../../store/directory.ts#CharacterPage',
        },
        resolversNonOptionalTypename: { unionMember: true, interfaceImplementingType: true },
        avoidOptionals: { defaultValue: true, query: true, mutation: true, subscription: true, object: true },
      },
    },
    'src/sheet/generated/operations.ts': {
      documents: 'src/sheet/**/*.graphql',
      preset: changing(withIds),
      plugins: ['typescript-operations', typedDocuments],
      config: {
        ...documentConfig,
        useTypeImports: true,
        immutableTypes: true,
        skipTypename: true,
        strictScalars: true,
        scalars: { ID: 'string', DateTime: 'string' },
      },
    },
    'src/sheet/generated/trusted-documents.json': {
      documents: 'src/sheet/**/*.graphql',
      preset: changing(manifestOf, true),
      plugins: [typedDocuments],
      config: documentConfig,
    },
  },
};

export default config;
