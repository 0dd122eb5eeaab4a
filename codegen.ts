import type { CodegenConfig } from '@graphql-codegen/cli';

/** The resolver types that `src/graphql` implements, and the operations that `src/sheet` sends. */
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
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        documentMode: 'string',
        useTypeImports: true,
        immutableTypes: true,
        skipTypename: true,
        strictScalars: true,
        scalars: { ID: 'string', DateTime: 'string' },
      },
    },
  },
};

export default config;
